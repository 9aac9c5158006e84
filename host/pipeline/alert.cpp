// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/alert.hpp"

#include "host/pipeline/escape.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <iterator>
#include <new>

namespace falco::host {

namespace {

// Copies `from` to `bytes` and moves `bytes` on. No value stays no value; an empty one is not NULL.
falco_str copy(const falco_str &from, char *&bytes)
{
	if (!from.data) return {nullptr, 0};
	if (from.size > 0) std::memcpy(bytes, from.data, from.size);
	const falco_str copied{bytes, from.size};
	bytes += from.size;
	return copied;
}

size_t bytes_of(const falco_value &value)
{
	return (value.text.data ? value.text.size : 0) + (value.json.data ? value.json.size : 0);
}

falco_str str(const std::string &text)
{
	return {text.data(), text.size()};
}

} // namespace

Alert::Run::Run(FormatOptions options, std::string run_id)
    : format(std::move(options)), id(std::move(run_id)), hostname(escaped(format.hostname))
{
	append_json_string(json_hostname, format.hostname);
}

Alert::Alert(const falco_match &match, std::shared_ptr<const RuleTexts> rules, std::shared_ptr<const Run> run,
	     uint64_t sequence)
    : rules_(std::move(rules)), run_(std::move(run)), rule_(match.rule), time_ns_(match.time_ns), sequence_(sequence)
{
	char *end = std::copy_n(run_->id.data(), std::min<size_t>(run_->id.size(), 16), id_);
	*end++ = '-';
	*std::to_chars(end, std::end(id_) - 1, sequence).ptr = '\0';

	const std::vector<std::string> &names = rule().fields;
	const falco_value none{};
	const auto value_of = [&](size_t field) -> const falco_value & {
		return match.values ? match.values[field] : none;
	};

	size_t size = names.size() * sizeof(falco_field);
	for (size_t i = 0; i < names.size(); ++i)
		size += bytes_of(value_of(i));
	storage_.reset(new char[size]);
	char *bytes = storage_.get() + names.size() * sizeof(falco_field);
	for (size_t i = 0; i < names.size(); ++i) {
		const falco_value &value = value_of(i);
		const falco_str text = copy(value.text, bytes);
		const falco_str json = copy(value.json, bytes);
		new (storage_.get() + i * sizeof(falco_field)) falco_field{names[i].c_str(), {text, json}};
	}
	fields_ = std::launder(reinterpret_cast<const falco_field *>(storage_.get()));
}

const std::string &Alert::once(Text &text, std::string (Alert::*compose)() const) const
{
	std::call_once(text.composed, [&] { text.text = (this->*compose)(); });
	return text.text;
}

const std::string &Alert::message() const
{
	return once(message_, &Alert::compose_message);
}

const std::string &Alert::line(LineStyle style) const
{
	switch (style) {
	case LineStyle::text:
		return once(text_, &Alert::compose_text);
	case LineStyle::json:
		return once(json_, &Alert::compose_json);
	case LineStyle::bare_json:
		return once(bare_json_, &Alert::compose_bare_json);
	case LineStyle::bare_text:
		break;
	}
	return message();
}

falco_alert Alert::view(LineStyle style) const
{
	falco_alert alert{};
	alert.struct_size = sizeof alert;
	alert.priority = rule().priority;
	alert.time_ns = time_ns_;
	alert.sequence = sequence_;
	alert.id = id_;
	alert.rule = rule().name.c_str();
	alert.source = rule().source.c_str();
	alert.hostname = run_->hostname.c_str();
	alert.tags = rule().tag_list.data();
	alert.line = str(line(style));
	alert.message = str(message());
	alert.fields = fields_;
	alert.field_count = static_cast<uint32_t>(rule().fields.size());
	return alert;
}

} // namespace falco::host
