// SPDX-License-Identifier: Apache-2.0
#include "host/app/plugin_checks.hpp"
#include "host/app/text_table.hpp"

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
		if (opens && is_bad(rows.back().result.verdict)) closed_by = &check;
	}
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

} // namespace

int plugin_check(const PluginCheckRequest &given)
{
	PluginCheckRequest request = given;
	request.file = std::filesystem::absolute(given.file).lexically_normal().string();
	if (!given.with.empty()) request.with = std::filesystem::absolute(given.with).lexically_normal().string();
	if (!given.source.empty()) request.source = std::filesystem::absolute(given.source).lexically_normal().string();
	if (!request.internal_check.empty()) run_check_here(request);
	if (!request.config.empty() && !json::parse(request.config, nullptr, false).is_object()) {
		std::cerr << "falco: --config must be a JSON object, such as '{\"path\": \"/tmp/alerts\"}'\n";
		return 1;
	}
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

} // namespace falco::host
