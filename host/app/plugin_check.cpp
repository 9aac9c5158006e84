// SPDX-License-Identifier: Apache-2.0
#include "host/app/paths.hpp"
#include "host/app/plugin_checks.hpp"
#include "host/app/text_table.hpp"
#include "host/error.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace falco::host {

using nlohmann::json;

namespace {

struct Row {
	const PluginCheck *check;
	CheckResult result;
};

bool is_bad(Verdict verdict)
{
	return verdict == Verdict::fail || verdict == Verdict::crash || verdict == Verdict::hang;
}

// An exception may end any check, and is one fault: that of P-19.
void collect_unwinding(std::vector<Row> &rows)
{
	std::string told;
	for (Row &row : rows) {
		if (row.result.verdict != Verdict::unwound) continue;
		if (told.empty()) told = "in " + std::string(row.check->id) + ": " + row.result.detail;
		row.result = {Verdict::skip, std::string("was ended by an exception: see ") + kUnwindingId};
	}
	if (told.empty()) return;
	for (Row &row : rows)
		if (row.check->id == std::string(kUnwindingId)) row.result = {Verdict::fail, told};
}

std::vector<Row> run_all(const PluginCheckRequest &request)
{
	std::vector<Row> rows;
	const PluginCheck *closed_by = nullptr; // the check that failed to open the next stage
	for (const PluginCheck &check : plugin_checks()) {
		const bool opens = check.opens > check.needs || check.id == std::string("P-01");
		if (closed_by) {
			rows.push_back(
				{&check,
				 {Verdict::skip, std::string("needs what ") + closed_by->id + " found missing"}});
			continue;
		}
		rows.push_back({&check, run_check_in_child(request, check.id)});
		const Verdict verdict = rows.back().result.verdict;
		if (opens && (is_bad(verdict) || verdict == Verdict::unwound)) closed_by = &check;
	}
	collect_unwinding(rows);
	return rows;
}

std::string as_text(const std::vector<Row> &rows, const std::string &file)
{
	std::vector<std::vector<std::string>> table;
	for (const Row &row : rows) {
		table.push_back({row.check->id, verdict_name(row.result.verdict), row.check->requirement});
		if (!row.result.detail.empty()) table.push_back({"", "", "  " + row.result.detail});
	}
	std::string counts;
	for (const Verdict verdict :
	     {Verdict::pass, Verdict::fail, Verdict::crash, Verdict::hang, Verdict::warn, Verdict::skip}) {
		const auto count = std::count_if(rows.begin(), rows.end(),
						 [&](const Row &row) { return row.result.verdict == verdict; });
		if (count > 0)
			counts += (counts.empty() ? "" : ", ") + std::to_string(count) + " " + verdict_name(verdict);
	}
	return text_table(table) + file + ": " + counts + "\n";
}

json as_json(const std::vector<Row> &rows, const std::string &file, bool bad)
{
	json checks = json::array();
	for (const Row &row : rows)
		checks.push_back({{"id", row.check->id},
				  {"requirement", row.check->requirement},
				  {"result", verdict_name(row.result.verdict)},
				  {"detail", row.result.detail}});
	return {{"file", file}, {"result", bad ? "fail" : "pass"}, {"checks", checks}};
}

std::string absolute(const std::string &path)
{
	return std::filesystem::absolute(path).lexically_normal().string();
}

// A word without a slash that names no file here is a name in the plugin folder.
std::string find_file(const std::string &given)
{
	const std::string named = default_plugin_dir() + '/' + given + ".so";
	const bool is_name = given.find('/') == std::string::npos && !std::filesystem::exists(given);
	return absolute(is_name && std::filesystem::exists(named) ? named : given);
}

PluginCheckRequest complete(const PluginCheckRequest &given)
{
	PluginCheckRequest request = given;
	request.file = find_file(given.file);
	if (!given.with.empty()) request.with = absolute(given.with);
	if (!given.source.empty()) request.source = absolute(given.source);
	if (!request.config.empty() && !json::parse(request.config, nullptr, false).is_object())
		throw Error("--config must be a JSON object, such as '{\"path\": \"/tmp/alerts\"}'");
	return request;
}

} // namespace

int plugin_check(const PluginCheckRequest &given)
{
	const PluginCheckRequest request = complete(given);
	if (!request.internal_check.empty()) run_check_here(request);
	const std::vector<Row> rows = run_all(request);
	const bool bad =
		std::any_of(rows.begin(), rows.end(), [](const Row &row) { return is_bad(row.result.verdict); });
	if (request.json)
		std::cout << as_json(rows, request.file, bad).dump(2, ' ', false, json::error_handler_t::replace)
			  << "\n";
	else
		std::cout << as_text(rows, request.file);
	return bad ? 1 : 0;
}

int plugin_fuzz(const PluginCheckRequest &given)
{
	PluginCheckRequest request = complete(given);
	// What a round hangs in is ended in the time that a check has.
	request.time_limit += std::chrono::seconds(request.seconds);
	if (!request.json) std::cout << "seed " << request.seed << ", " << request.seconds << " s" << std::endl;
	CheckResult result = run_check_in_child(request, kFuzzId);
	if (result.verdict == Verdict::unwound) result.verdict = Verdict::fail;
	const bool bad = is_bad(result.verdict);
	if (request.json)
		std::cout << json{{"file", request.file},
				  {"seed", request.seed},
				  {"result", verdict_name(result.verdict)},
				  {"detail", result.detail}}
				     .dump(2, ' ', false, json::error_handler_t::replace)
			  << "\n";
	else
		std::cout << request.file << ": " << verdict_name(result.verdict) << ": " << result.detail << "\n";
	return bad ? 1 : 0;
}

} // namespace falco::host
