// SPDX-License-Identifier: Apache-2.0
//
// falco/plugin/common.hpp - what plugins of every kind have: the errors they throw, the host they see, what they say
// about themselves.
#pragma once

#include "falco/plugin.h"

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

namespace falco {

// The user's configuration or rules are wrong.
struct ConfigError : std::runtime_error {
	using std::runtime_error::runtime_error;
};

// May succeed if tried again later.
struct RetryLater : std::runtime_error {
	using std::runtime_error::runtime_error;
};

// Not possible with this host or this peer.
struct Unsupported : std::runtime_error {
	using std::runtime_error::runtime_error;
};

inline std::string_view view(falco_str text) noexcept
{
	return {text.data ? text.data : "", text.size};
}

inline falco_str str(std::string_view text) noexcept
{
	return {text.data(), text.size()};
}

// The host as a plugin sees it. A value; valid as long as the instance.
class Host {
public:
	explicit Host(const falco_host *host) noexcept : host_(host) {}

	bool log_enabled(falco_level level) const noexcept { return host_->log_enabled(host_, level) != 0; }
	void log(falco_level level, std::string_view text) const noexcept
	{
		host_->log(host_, level, text.data(), text.size());
	}
	const char *version() const noexcept { return host_->version; }
	const char *hostname() const noexcept { return host_->hostname; }
	const char *instance() const noexcept { return host_->instance; }

private:
	const falco_host *host_;
};

// What a plugin says about itself; see falco_plugin.
struct Info {
	const char *name;
	const char *version;
	const char *description;
	const char *contact;
	const char *config_schema;
};

namespace detail {

inline falco_status fail(falco_error *err, falco_status status, const char *what) noexcept
{
	err->status = status;
	std::snprintf(err->message, sizeof err->message, "%s", what);
	return status;
}

// Runs `body`, which returns a status, and turns whatever it throws into a status and a message.
template <typename Body>
falco_status guard(falco_error *err, Body &&body) noexcept
{
	try {
		return body();
	} catch (const ConfigError &e) {
		return fail(err, FALCO_ERR_CONFIG, e.what());
	} catch (const RetryLater &e) {
		return fail(err, FALCO_ERR_RETRY, e.what());
	} catch (const Unsupported &e) {
		return fail(err, FALCO_ERR_UNSUPPORTED, e.what());
	} catch (const std::exception &e) {
		return fail(err, FALCO_ERR_FATAL, e.what());
	} catch (...) {
		return fail(err, FALCO_ERR_FATAL, "unknown exception");
	}
}

// The handle that crosses the boundary is the address of the object, as its kind.
template <typename Handle, typename Kind, typename Class>
Handle *create(const falco_host *host, const char *config, falco_error *err) noexcept
{
	Kind *made = nullptr;
	guard(err, [&] {
		made = new Class(Host(host), std::string_view(config));
		return FALCO_OK;
	});
	return reinterpret_cast<Handle *>(made);
}

template <typename Kind, typename Handle>
Kind &self(Handle *handle) noexcept
{
	return *reinterpret_cast<Kind *>(handle);
}

constexpr falco_plugin describe(falco_kind kind, Info info, const falco_source_ops *source,
				const falco_matcher_ops *matcher, const falco_output_ops *output,
				const falco_tap_ops *tap, const falco_tool_ops *tool) noexcept
{
	return {FALCO_ABI_MAGIC,
		sizeof(falco_plugin),
		FALCO_ABI_MAJOR,
		FALCO_ABI_TARGET_MINOR,
		kind,
		0,
		info.name,
		info.version,
		info.description,
		info.contact,
		info.config_schema,
		source,
		matcher,
		output,
		tap,
		tool};
}

} // namespace detail
} // namespace falco
