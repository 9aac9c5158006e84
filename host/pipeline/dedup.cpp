// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/dedup.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace falco::host {

namespace {

std::vector<std::string> names_of(const DedupConfig &config)
{
	std::vector<std::string> names;
	for (const WantedField &field : config.by)
		names.push_back(field.name);
	return names;
}

bool is_message(const WantedField &field)
{
	return field.name == "message";
}

} // namespace

Dedup::Dedup(const DedupConfig &config)
    : window_ns_(static_cast<uint64_t>(std::chrono::nanoseconds(config.window).count())), max_keys_(config.max_keys),
      lookup_(names_of(config)), by_message_(std::any_of(config.by.begin(), config.by.end(), is_message))
{
}

bool Dedup::passes(const AlertPtr &alert)
{
	key_of(*alert, key_);
	const auto known = by_key_.find(key_);
	if (known != by_key_.end()) {
		Window &window = *known->second;
		++window.count;
		window.last_ns = std::max(window.last_ns, alert->time_ns());
		return false;
	}
	if (windows_.size() >= max_keys_) end_first(evicted_);
	windows_.push_back({alert, 0, alert->time_ns(), key_});
	by_key_.emplace(key_, std::prev(windows_.end()));
	return true;
}

void Dedup::end_before(uint64_t time_ns, std::vector<Ended> &out)
{
	while (!windows_.empty() && windows_.front().first->time_ns() + window_ns_ <= time_ns)
		end_first(out);
}

void Dedup::end_all(std::vector<Ended> &out)
{
	while (!windows_.empty())
		end_first(out);
}

void Dedup::take_evicted(std::vector<Ended> &out)
{
	for (Ended &ended : evicted_)
		out.push_back(std::move(ended));
	evicted_.clear();
}

// The rule's name and the values, each with its length so that no two lists of values look alike.
void Dedup::key_of(const Alert &alert, std::string &key)
{
	key = alert.rule().name;
	for (const size_t field : lookup_.in(alert)) {
		const falco_str text = field == FieldLookup::kAbsent ? falco_str{nullptr, 0} : alert.value(field).text;
		const uint64_t size = text.data ? text.size : UINT64_MAX;
		key.append(reinterpret_cast<const char *>(&size), sizeof size);
		if (text.data) key.append(text.data, text.size);
	}
	if (by_message_) key += alert.message();
}

void Dedup::end_first(std::vector<Ended> &out)
{
	Window &window = windows_.front();
	if (window.count > 0) {
		out.push_back({window.first, {window.count, window.first->time_ns(), window.last_ns}});
	}
	by_key_.erase(window.key);
	windows_.pop_front();
}

} // namespace falco::host
