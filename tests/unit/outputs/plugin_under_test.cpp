// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/outputs/plugin_under_test.hpp"

#include "host/error.hpp"

#include <dlfcn.h>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace falco::host::test {

namespace {

// Without the host's checks of owners and modes, which would depend on where the build tree lies.
Plugin open_plugin(const std::string &name)
{
	const std::string path = std::string(FALCO_PLUGIN_DIR) + "/output-" + name + ".so";
	void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
	void *entry = library ? dlsym(library, "falco_plugin_entry") : nullptr;
	if (!entry) throw std::runtime_error(dlerror());
	return {path, static_cast<const falco_plugin *>(entry)};
}

} // namespace

PluginUnderTest::PluginUnderTest(const std::string &name)
    : plugin_(open_plugin(name)), services_{"1.0.0", "host",
					    [this](const std::string &, falco_level, std::string_view text) {
						    std::lock_guard lock(mutex_);
						    log_.emplace_back(text);
					    },
					    FALCO_LOG_INFO}
{
}

std::unique_ptr<Output> PluginUnderTest::create(nlohmann::json config)
{
	const nlohmann::json schema = nlohmann::json::parse(plugin_.table->config_schema);
	for (const auto &[key, member] : schema.at("properties").items()) {
		if (member.contains("default") && !config.contains(key)) config[key] = member["default"];
	}
	return std::make_unique<Output>(plugin_, plugin_.table->name, config, services_);
}

std::string PluginUnderTest::refusal(nlohmann::json config)
{
	try {
		create(std::move(config));
	} catch (const Error &e) {
		return e.what();
	}
	return "none";
}

std::vector<std::string> PluginUnderTest::log()
{
	std::lock_guard lock(mutex_);
	return log_;
}

namespace {

// `id` must live as long as the alert.
falco_alert make_alert(std::string_view line, uint64_t sequence, int priority, const std::string &id)
{
	static const char *const no_tags[] = {nullptr};
	falco_alert alert{};
	alert.struct_size = sizeof alert;
	alert.priority = priority;
	alert.time_ns = 1465256864080226697;
	alert.sequence = sequence;
	alert.id = id.c_str();
	alert.rule = "rule";
	alert.source = "syscall";
	alert.hostname = "host";
	alert.tags = no_tags;
	alert.line = alert.message = {line.data(), line.size()};
	return alert;
}

std::string id_of(uint64_t sequence)
{
	return "0123456789abcdef-" + std::to_string(sequence);
}

} // namespace

Status write(Output &output, std::string_view line, uint64_t sequence, int priority)
{
	return output.write(make_alert(line, sequence, priority, id_of(sequence)));
}

Batch::Batch(std::vector<std::string> lines, uint64_t first) : lines_(std::move(lines))
{
	for (const std::string &line : lines_) {
		ids_.push_back(id_of(first));
		alerts_.push_back(make_alert(line, first++, 4, ids_.back()));
	}
}

std::vector<const falco_alert *> Batch::alerts(size_t from) const
{
	std::vector<const falco_alert *> pointers;
	for (size_t i = from; i < alerts_.size(); ++i)
		pointers.push_back(&alerts_[i]);
	return pointers;
}

std::string read_file(const std::string &path)
{
	std::ostringstream out;
	out << std::ifstream(path).rdbuf();
	return out.str();
}

} // namespace falco::host::test
