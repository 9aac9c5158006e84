// SPDX-License-Identifier: Apache-2.0
//
// One look-up in each kind of index of matcher-sinsp, by the number of constants in it. The values looked up have no
// match, as most have none.
#include "plugins/matcher-sinsp/bound_index.hpp"
#include "plugins/matcher-sinsp/equal_index.hpp"
#include "plugins/matcher-sinsp/network_index.hpp"
#include "plugins/matcher-sinsp/prefix_index.hpp"
#include "plugins/matcher-sinsp/regex_index.hpp"
#include "plugins/matcher-sinsp/substring_index.hpp"
#include "plugins/matcher-sinsp/text_memo.hpp"
#include "plugins/matcher-sinsp/text_operators.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

using namespace falco::matcher;

namespace {

const std::string kPath = "/usr/lib/x86_64-linux-gnu/libstdc++.so.6.0.30";
const std::string kCommand = "python3 /usr/share/work/run.py --config /etc/work/work.conf --verbose --jobs 4 input.txt";

std::string word(int64_t number)
{
	return "/srv/" + std::string(1, static_cast<char>('a' + number % 26)) + "work" + std::to_string(number);
}

template <typename Index>
Index filled(int64_t size)
{
	Index index;
	for (int64_t number = 0; number < size; number++) {
		index.add(word(number), static_cast<uint32_t>(number));
	}
	index.build();
	return index;
}

template <typename Index, typename Value>
void look_up(benchmark::State &state, const Index &index, const Value &value)
{
	uint32_t sum = 0;
	for (auto _ : state) {
		index.find(value, [&sum](uint32_t id) { sum += id; });
		benchmark::DoNotOptimize(sum);
	}
}

// The same in a text that is written in another way first, as field_index does.
template <typename Index, typename Write>
void look_up_written(benchmark::State &state, const Index &index, const std::string &value, Write write)
{
	uint32_t sum = 0;
	std::string written;
	for (auto _ : state) {
		write(value, written);
		index.find(written, [&sum](uint32_t id) { sum += id; });
		benchmark::DoNotOptimize(sum);
	}
}

void write_backwards(const std::string &text, std::string &result)
{
	result.resize(text.size());
	std::reverse_copy(text.begin(), text.end(), result.begin());
}

void equal(benchmark::State &state)
{
	look_up(state, filled<EqualIndex>(state.range(0)), kPath);
}

void prefix(benchmark::State &state)
{
	look_up(state, filled<PrefixIndex>(state.range(0)), kPath);
}

void path_prefix(benchmark::State &state)
{
	look_up_written(state, filled<PrefixIndex>(state.range(0)), kPath, write_plainly);
}

void suffix(benchmark::State &state)
{
	PrefixIndex index;
	std::string constant;
	for (int64_t number = 0; number < state.range(0); number++) {
		write_backwards(word(number), constant);
		index.add(constant, static_cast<uint32_t>(number));
	}
	index.build();
	look_up_written(state, index, kPath, write_backwards);
}

void substring_any_case(benchmark::State &state)
{
	look_up_written(state, filled<SubstringIndex>(state.range(0)), kCommand, write_in_small_letters);
}

void substring(benchmark::State &state)
{
	look_up(state, filled<SubstringIndex>(state.range(0)), kCommand);
}

void regex(benchmark::State &state)
{
	RegexIndex index;
	for (int64_t number = 0; number < state.range(0); number++) {
		index.add(".*" + word(number) + "[0-9]+.*", static_cast<uint32_t>(number));
	}
	index.build();
	std::vector<uint32_t> found;
	for (auto _ : state) {
		found.clear();
		index.find(kCommand, found);
		benchmark::DoNotOptimize(found);
	}
}

void bound(benchmark::State &state)
{
	BoundIndex index;
	for (int64_t number = 0; number < state.range(0); number++) {
		index.add_least(static_cast<uint64_t>(1000 + number), static_cast<uint32_t>(number));
	}
	index.build();
	look_up(state, index, uint64_t{7});
}

std::string bytes_of(uint64_t number, size_t size)
{
	std::string bytes(size, 0);
	std::memcpy(bytes.data(), &number, std::min(size, sizeof number));
	return bytes;
}

// Networks of addresses of so many bytes, with four masks.
void look_up_network(benchmark::State &state, size_t size)
{
	NetworkIndex index;
	for (int64_t number = 0; number < state.range(0); number++) {
		const size_t fixed = size / 4 * (1 + static_cast<size_t>(number) % 4);
		const std::string mask = std::string(fixed, static_cast<char>(0xff)) + std::string(size - fixed, 0);
		index.add(bytes_of(static_cast<uint64_t>(number) * 7919, size), mask, static_cast<uint32_t>(number));
	}
	look_up(state, index, bytes_of(0x0101007f, size));
}

void network(benchmark::State &state)
{
	look_up_network(state, 4);
}

void network_ipv6(benchmark::State &state)
{
	look_up_network(state, 16);
}

// What the fields of all ancestors cost: one look-up of each.
void equal_to_any_of_eight(benchmark::State &state)
{
	const auto index = filled<EqualIndex>(state.range(0));
	const std::string names[] = {"systemd", "sshd", "sshd", "bash", "make", "sh", "cc1plus", "as"};
	uint32_t sum = 0;
	for (auto _ : state) {
		for (const std::string &name : names) {
			index.find(name, [&sum](uint32_t id) { sum += id; });
		}
		benchmark::DoNotOptimize(sum);
	}
}

// What most events cost instead: the text is known.
void known_text(benchmark::State &state)
{
	TextMemos memos;
	for (int64_t number = 0; number < state.range(0); number++) {
		const std::string text = word(number);
		memos.of(text, TextMemo::hash_of(text));
	}
	for (auto _ : state) {
		benchmark::DoNotOptimize(memos.of(kCommand, TextMemo::hash_of(kCommand)).found());
	}
}

BENCHMARK(equal)->Arg(100)->Arg(10000);
BENCHMARK(prefix)->Arg(100)->Arg(10000);
BENCHMARK(path_prefix)->Arg(100)->Arg(10000);
BENCHMARK(suffix)->Arg(100)->Arg(10000);
BENCHMARK(substring_any_case)->Arg(100)->Arg(10000);
BENCHMARK(substring)->Arg(100)->Arg(10000);
BENCHMARK(regex)->Arg(10)->Arg(1000);
BENCHMARK(bound)->Arg(100)->Arg(10000);
BENCHMARK(network)->Arg(100)->Arg(10000);
BENCHMARK(network_ipv6)->Arg(100)->Arg(10000);
BENCHMARK(equal_to_any_of_eight)->Arg(100)->Arg(10000);
BENCHMARK(known_text)->Arg(100)->Arg(10000);

} // namespace
