// SPDX-License-Identifier: Apache-2.0
//
// P-08, and `falco plugin fuzz`: configurations, alerts and orders of calls that a seed makes. What a seed makes is the
// same on every machine: only the engine is the standard library's.
#include "host/app/plugin_check_instance.hpp"
#include "host/plugins/schema.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <unistd.h>
#include <utility>

namespace falco::host {

using nlohmann::json;
using Random = std::mt19937_64;
using Clock = std::chrono::steady_clock;

namespace {

constexpr size_t kLong = 70000; // bytes of a text that is longer than anyone expects

size_t below(Random &random, size_t count)
{
	return static_cast<size_t>(random() % count);
}

std::string letters(Random &random)
{
	std::string text;
	for (size_t size = below(random, 12); size > 0; --size)
		text += static_cast<char>('a' + below(random, 26));
	return text;
}

// A value of a type that nobody asked for.
json odd_value(Random &random)
{
	switch (below(random, 14)) {
	case 0:
		return nullptr;
	case 1:
		return below(random, 2) == 0;
	case 2:
		return -1;
	case 3:
		return 0;
	case 4:
		return 18446744073709551615U;
	case 5:
		return -9223372036854775807LL;
	case 6:
		return 1e308;
	case 7:
		return "";
	case 8:
		return std::string(kLong, 'x');
	case 9:
		return "%s%n%n \" \\ \xe2\x82\xac";
	case 10:
		return json::array();
	case 11:
		return json::array({nullptr, json::array({1, letters(random)})});
	case 12:
		return json{{letters(random), json::object()}};
	default:
		return letters(random);
	}
}

// Texts become ones that name no file.
void make_harmless(json &value)
{
	if (value.is_string()) value = "x";
	if (value.is_structured())
		for (json &part : value)
			make_harmless(part);
}

std::string nested(size_t depth)
{
	std::string text;
	for (size_t i = 0; i < depth; ++i)
		text += "{\"a\":";
	return text + "1" + std::string(depth, '}');
}

std::string no_object(Random &random)
{
	const std::string texts[] = {"",      "{",     "}",          "null",        "[]",
				     "5",     "\"x\"", "{\"a\"",     "{\"a\": \"b", "\xff\xfe",
				     "{} {}", "{,}",   "[[[[[[[[[[", nested(2000),  std::string(kLong, '"')};
	return texts[below(random, std::size(texts))];
}

// Nothing that is made here stays anywhere: relative names lead into a folder that is gone.
void enter_removed_folder()
{
	std::string path = (std::filesystem::temp_directory_path() / "falco-plugin-check-XXXXXX").string();
	if (!mkdtemp(path.data())) return;
	if (chdir(path.c_str()) != 0) return; // may be any folder then
	rmdir(path.c_str());
}

std::string random_bytes(Random &random, size_t most)
{
	std::string bytes;
	for (size_t size = below(random, most); size > 0; --size)
		bytes += static_cast<char>(below(random, 256));
	return bytes;
}

// Valid UTF-8 without control characters, as the host makes it.
std::string random_text(Random &random)
{
	static const std::string parts[] = {
		"a", " ", "%", "{", "\"", "\\", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x90\xa6"};
	std::string text;
	for (size_t size = below(random, below(random, 8) == 0 ? kLong : 200); size > 0; --size)
		text += parts[below(random, std::size(parts))];
	return text;
}

// One round; the seed decides all of it.
void fuzz_round(const CheckSubject &subject, uint64_t seed)
{
	Random random(seed);
	trying("seed " + std::to_string(seed));
	if (below(random, 3) == 0 || subject.table->source || subject.table->tap) {
		try_config(subject, random_config(subject, random), seed);
		return;
	}
	CheckedInstance instance(subject, "check");
	instance.require_made();
	if (subject.table->output) random_calls(instance, random, 30);
	if (subject.table->matcher) instance.load(MemoryFile(random_bytes(random, 3000)).path());
}

} // namespace

SampleAlert random_alert(Random &random)
{
	std::string text = random_text(random);
	return SampleAlert(std::move(text), random_bytes(random, 300));
}

std::string random_config(const CheckSubject &subject, Random &random)
{
	if (below(random, 8) == 0) return no_object(random);
	json config = json::parse(subject.config, nullptr, false);
	if (below(random, 8) == 0) {
		make_harmless(config);
		const std::string whole = config.dump();
		return whole.substr(0, below(random, whole.size()));
	}
	std::vector<std::string> keys{letters(random)};
	if (subject.table->config_schema) {
		const Schema schema(subject.table->config_schema);
		const auto properties = schema.tree().find("properties");
		if (properties != schema.tree().end() && properties->is_object())
			for (const auto &property : properties->items())
				keys.push_back(property.key());
	}
	for (const std::string &key : keys) {
		const size_t choice = below(random, 4);
		if (choice < 2) config[key] = odd_value(random);
		if (choice == 2) config.erase(key);
	}
	return config.dump();
}

void random_calls(CheckedInstance &output, Random &random, int calls)
{
	for (int i = 0; i < calls; ++i) {
		switch (below(random, 5)) {
		case 0:
			output.flush();
			break;
		case 1:
			output.reopen();
			break;
		case 2:
			if (const std::string problem = output.metrics(); !problem.empty())
				throw CheckEnd{{Verdict::fail, problem}};
			break;
		case 3: {
			const SampleAlert one = random_alert(random), other = random_alert(random);
			output.write_batch({&one.get(), &other.get(), &one.get()});
			break;
		}
		default:
			output.write(random_alert(random).get());
		}
	}
}

void try_config(const CheckSubject &subject, const std::string &config, uint64_t seed)
{
	constexpr size_t kShown = 200;
	const std::string what = "the configuration " + config.substr(0, kShown) +
				 (config.size() > kShown ? "..." : "") + " (seed " + std::to_string(seed) + ")";
	trying(what);
	const CheckSubject changed{subject.request, subject.table, config};
	try {
		const CheckedInstance instance(changed, "check");
	} catch (const CheckEnd &end) {
		throw CheckEnd{{end.result.verdict, end.result.detail + ", for " + what}};
	}
}

CheckResult check_odd_configs(const CheckSubject &subject)
{
	constexpr uint64_t kRounds = 200;
	enter_removed_folder();
	const auto end = Clock::now() + std::chrono::seconds(3); // creating may be slow
	for (uint64_t seed = 1; seed <= kRounds && Clock::now() < end; ++seed) {
		Random random(seed);
		try_config(subject, random_config(subject, random), seed);
	}
	return {};
}

CheckResult fuzz(const CheckSubject &subject)
{
	enter_removed_folder();
	const auto end = Clock::now() + std::chrono::seconds(subject.request.seconds);
	uint64_t seed = subject.request.seed;
	do {
		try {
			fuzz_round(subject, seed);
		} catch (const CheckEnd &found) {
			return {found.result.verdict, found.result.detail + " (seed " + std::to_string(seed) + ")"};
		}
		++seed;
	} while (seed != 0 && Clock::now() < end); // 0: there was none after the last one
	const uint64_t rounds = seed - subject.request.seed;
	const std::string first = std::to_string(subject.request.seed);
	return {Verdict::pass,
		rounds == 1 ? "1 round, seed " + first
			    : std::to_string(rounds) + " rounds, seeds " + first + " to " + std::to_string(seed - 1)};
}

} // namespace falco::host
