// SPDX-License-Identifier: Apache-2.0
#include "bench/bench_output.hpp"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>

namespace falco::bench {

namespace {

struct Instance {
	std::FILE *file = nullptr;
};

Instance *of(falco_output *self)
{
	return reinterpret_cast<Instance *>(self);
}

falco_status fail(falco_error *err, const char *message)
{
	err->status = FALCO_ERR_RETRY;
	std::snprintf(err->message, sizeof err->message, "%s", message);
	return err->status;
}

falco_output *create(const falco_host *, const char *config, falco_error *err)
{
	const std::string path = nlohmann::json::parse(config).value("path", "");
	auto *instance = new Instance;
	if (!path.empty()) instance->file = std::fopen(path.c_str(), "ae");
	if (!path.empty() && !instance->file) {
		fail(err, std::strerror(errno));
		delete instance;
		return nullptr;
	}
	return reinterpret_cast<falco_output *>(instance);
}

void destroy(falco_output *self)
{
	if (of(self)->file) std::fclose(of(self)->file);
	delete of(self);
}

falco_status take(falco_output *, const falco_alert *, falco_error *)
{
	return FALCO_OK;
}

falco_status refuse(falco_output *, const falco_alert *, falco_error *err)
{
	return fail(err, "nobody answers");
}

falco_status take_slowly(falco_output *, const falco_alert *, falco_error *)
{
	std::this_thread::sleep_for(std::chrono::milliseconds(1));
	return FALCO_OK;
}

falco_status write(falco_output *self, const falco_alert *alert, falco_error *err)
{
	std::FILE *file = of(self)->file;
	if (std::fwrite(alert->line.data, 1, alert->line.size, file) != alert->line.size ||
	    std::fputc('\n', file) == EOF)
		return fail(err, std::strerror(errno));
	return FALCO_OK;
}

falco_status flush(falco_output *self, falco_error *err)
{
	return std::fflush(of(self)->file) == 0 ? FALCO_OK : fail(err, std::strerror(errno));
}

constexpr falco_output_ops ops(falco_status (*write_one)(falco_output *, const falco_alert *, falco_error *),
			       falco_status (*flush_all)(falco_output *, falco_error *) = nullptr)
{
	return {sizeof(falco_output_ops), 0, create, write_one, destroy, nullptr, flush_all, nullptr, nullptr};
}

constexpr falco_output_ops kNothing = ops(take), kFile = ops(write, flush), kDead = ops(refuse),
			   kSlow = ops(take_slowly);

constexpr falco_plugin table(const falco_output_ops *output)
{
	return {FALCO_ABI_MAGIC,
		sizeof(falco_plugin),
		FALCO_ABI_MAJOR,
		FALCO_ABI_MINOR,
		FALCO_KIND_OUTPUT,
		0,
		"bench",
		"1.0.0",
		"an output for benchmarks",
		nullptr,
		nullptr,
		nullptr,
		nullptr,
		output,
		nullptr,
		nullptr};
}

constexpr falco_plugin kTables[] = {table(&kNothing), table(&kFile), table(&kDead), table(&kSlow)};

} // namespace

host::Plugin bench_plugin(Kind kind)
{
	return {"bench", &kTables[static_cast<size_t>(kind)]};
}

} // namespace falco::bench
