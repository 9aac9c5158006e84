// SPDX-License-Identifier: Apache-2.0
#include "host/app/plugin_check_instance.hpp"
#include "host/app/plugin_checks.hpp"
#include "host/plugins/crash.hpp"
#include "host/plugins/library.hpp"
#include "host/plugins/schema.hpp"
#include "host/plugins/table_check.hpp"

#include <exception>
#include <fcntl.h>
#include <unistd.h>

namespace falco::host {

using nlohmann::json;

namespace {

// Leaves without running destructors: those of a faulty plugin must not spoil the result.
[[noreturn]] void report(const CheckResult &result)
{
	const json line{{"result", verdict_name(result.verdict)}, {"detail", result.detail}};
	const std::string text = line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
	size_t done = 0;
	while (done < text.size()) {
		const ssize_t size = write(kCheckResultFd, text.data() + done, text.size() - done);
		if (size < 0) _exit(2); // nobody is listening
		done += static_cast<size_t>(size);
	}
	_exit(0);
}

[[noreturn]] void report_exception()
{
	std::string place = "the check itself";
	if (current_call.kind)
		place = std::string(current_call.kind) + "/" + current_call.name + " " + current_call.function;
	std::string what = "an exception";
	if (const std::exception_ptr thrown = std::current_exception()) {
		try {
			std::rethrow_exception(thrown);
		} catch (const std::exception &error) {
			what += std::string(" (") + error.what() + ")";
		} catch (...) {
			what += " of an unknown type";
		}
	}
	report({Verdict::unwound, what + " left " + place + ": nothing may unwind through the ABI"});
}

// The configuration that instances get. Settings that are missing are no fault of the plugin.
CheckResult choose_config(CheckSubject &subject)
{
	json config =
		subject.request.config.empty() ? json::object() : json::parse(subject.request.config, nullptr, false);
	subject.config = config.dump();
	if (!subject.table->config_schema) {
		if (config.empty()) return {};
		return {Verdict::fail, "takes no configuration, but --config gives one"};
	}
	const Schema schema(subject.table->config_schema);
	const json *paths = schema.find_property("paths");
	if (subject.table->kind == FALCO_KIND_SOURCE && paths && !subject.request.with.empty() &&
	    !config.contains("paths"))
		config["paths"] = json::array({subject.request.with});
	schema.fill_defaults(config);
	subject.config = config.dump();
	const auto fault = schema.check(config);
	if (!fault) return {};
	std::string path;
	for (const std::string &step : fault->path)
		path += step + ": ";
	if (subject.request.config.empty())
		return {Verdict::skip, "needs settings (" + path + fault->message + "): give them with --config"};
	return {Verdict::fail, "--config does not fit the schema: " + path + fault->message};
}

CheckResult run(const PluginCheck &check, const PluginCheckRequest &request)
{
	CheckSubject subject{request, nullptr, ""};
	if (check.needs >= Stage::table) {
		subject.table = complete_table(*open_library(request.file));
		if (check.kind != 0 && check.kind != subject.table->kind)
			return {Verdict::skip, "is only for the kind " + kind_name(check.kind)};
	}
	if (check.needs >= Stage::instance || check.opens >= Stage::instance) {
		const CheckResult chosen = choose_config(subject);
		if (chosen.verdict != Verdict::pass) return chosen;
	}
	return check.run(subject);
}

} // namespace

void run_check_here(const PluginCheckRequest &request)
{
	fcntl(kCheckResultFd, F_SETFD, FD_CLOEXEC); // a program that the plugin starts must not hold the road open
	install_crash_handler();
	std::set_terminate(report_exception);
	std::vector<PluginCheck> checks = plugin_checks();
	checks.push_back({kFuzzId, "", Stage::table, Stage::instance, 0, fuzz});
	for (const PluginCheck &check : checks) {
		if (check.id != request.internal_check) continue;
		try {
			report(run(check, request));
		} catch (const CheckEnd &end) {
			report(end.result);
		} catch (const std::exception &error) {
			report({Verdict::fail, error.what()});
		}
	}
	report({Verdict::fail, "there is no check " + request.internal_check});
}

} // namespace falco::host
