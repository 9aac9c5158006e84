// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/alert.hpp"

#include "host/pipeline/escape.hpp"

#include <charconv>
#include <cstring>
#include <new>

namespace falco::host {

namespace {

falco_str str(const std::string &text)
{
	return {text.data(), text.size()};
}

constexpr const char *kSummaryFields[] = {"dedup.count", "dedup.first_time", "dedup.last_time"};

std::string time_text(uint64_t time_ns)
{
	std::string text;
	append_iso_8601(text, time_ns);
	return text + "Z";
}

} // namespace

Alert::Run::Run(FormatOptions options, std::string run_id)
    : format(std::move(options)), id(std::move(run_id)), hostname(escaped(format.hostname))
{
	append_json_string(json_hostname, format.hostname);
}

Alert::Alert(const falco_match &match, std::shared_ptr<const RuleTexts> rules, std::shared_ptr<const Run> run,
	     uint64_t sequence)
    : rules_(std::move(rules)), run_(std::move(run)), time_ns_(match.time_ns), sequence_(sequence), made_(Clock::now()),
      rule_(match.rule)
{
	const size_t count = rule().fields.size();
	const falco_value none{};
	const auto value_of = [&](size_t field) -> const falco_value & {
		return match.values ? match.values[field] : none;
	};
	// No value comes near the limit that the slots set; one beyond it would be left out.
	const auto size_of = [](const falco_str &text) {
		return text.data && text.size < kNone / 2 ? static_cast<uint32_t>(text.size) : kNone;
	};
	size_t size = count * sizeof(Slot);
	for (size_t i = 0; i < count; ++i) {
		for (const falco_str *text : {&value_of(i).text, &value_of(i).json})
			size += size_of(*text) == kNone ? 0 : text->size;
	}
	storage_.reset(new char[size]);
	storage_size_ = static_cast<uint32_t>(size);
	auto offset = static_cast<uint32_t>(count * sizeof(Slot));
	const auto copy = [&](const falco_str &from) {
		const uint32_t bytes = size_of(from);
		if (bytes == kNone || bytes == 0) return;
		std::memcpy(storage_.get() + offset, from.data, bytes);
		offset += bytes;
	};
	for (size_t i = 0; i < count; ++i) {
		const falco_value &value = value_of(i);
		new (storage_.get() + i * sizeof(Slot)) Slot{offset, size_of(value.text), size_of(value.json)};
		copy(value.text);
		copy(value.json);
	}
}

Alert::Alert(const Alert &first, const Repeats &repeats, std::shared_ptr<const Run> run, uint64_t sequence)
    : rules_(first.rules_), run_(std::move(run)), time_ns_(repeats.last_ns), sequence_(sequence), made_(Clock::now()),
      rule_(first.rule_), storage_size_(first.storage_size_), storage_(new char[first.storage_size_])
{
	std::memcpy(storage_.get(), first.storage_.get(), storage_size_);
	summary_ = std::make_unique<const Summary>(Summary{
		repeats, {std::to_string(repeats.count), time_text(repeats.first_ns), time_text(repeats.last_ns)}});
}

Alert::~Alert()
{
	delete texts_.load();
}

falco_value Alert::value(size_t field) const
{
	const Slot &slot = slots()[field];
	const char *bytes = storage_.get() + slot.offset;
	falco_value value{};
	if (slot.text_size != kNone) {
		value.text = {bytes, slot.text_size};
		bytes += slot.text_size;
	}
	if (slot.json_size != kNone) value.json = {bytes, slot.json_size};
	return value;
}

std::string Alert::id() const
{
	std::string id;
	append_id(id);
	return id;
}

void Alert::append_id(std::string &out) const
{
	char digits[20];
	const auto end = std::to_chars(std::begin(digits), std::end(digits), sequence_).ptr;
	out.append(run_->id).append(1, '-').append(digits, end);
}

Alert::Texts &Alert::texts() const
{
	Texts *known = texts_.load(std::memory_order_acquire);
	if (known) return *known;
	auto made = std::make_unique<Texts>();
	if (texts_.compare_exchange_strong(known, made.get(), std::memory_order_acq_rel)) return *made.release();
	return *known; // another thread was faster
}

template <typename Append>
const std::string &Alert::once(Text &text, Append &&append)
{
	std::call_once(text.composed, [&] { append(text.text); });
	return text.text;
}

const std::string &Alert::message() const
{
	return once(texts().message, [this](std::string &out) { append_message(out); });
}

const std::string &Alert::line(LineStyle style) const
{
	switch (style) {
	case LineStyle::text:
		return once(texts().text, [this](std::string &out) {
			out.reserve(64 + message().size());
			LocalClock clock;
			append_head(out, clock);
			out += message();
		});
	case LineStyle::json:
		return once(texts().json,
			    [this](std::string &out) { append_json(out, line(LineStyle::text), message()); });
	case LineStyle::bare_json:
		return once(texts().bare_json, [this](std::string &out) { append_json(out, message(), message()); });
	case LineStyle::bare_text:
		break;
	}
	return message();
}

void Alert::fill_all_but_texts(View &view) const
{
	view.fields.clear();
	const RuleText &text = rule();
	for (const size_t i : text.shown_fields)
		view.fields.push_back({text.fields[i].c_str(), value(i)});
	if (summary_) {
		for (size_t i = 0; i < summary_->values.size(); ++i)
			view.fields.push_back({kSummaryFields[i],
					       {str(summary_->values[i]),
						i == 0 ? str(summary_->values[i]) : falco_str{nullptr, 0}}});
	}
	view.id.clear();
	append_id(view.id);
	falco_alert &alert = view.alert;
	alert = {};
	alert.struct_size = sizeof alert;
	alert.priority = text.priority;
	alert.time_ns = time_ns_;
	alert.sequence = sequence_;
	alert.id = view.id.c_str();
	alert.rule = text.name.c_str();
	alert.source = text.source.c_str();
	alert.hostname = run_->hostname.c_str();
	alert.tags = text.tag_list.data();
	alert.fields = view.fields.data();
	alert.field_count = static_cast<uint32_t>(view.fields.size());
}

void Alert::fill(View &view) const
{
	fill_all_but_texts(view);
	view.alert.message = str(message());
}

void Alert::fill(View &view, LineStyle style) const
{
	fill(view);
	view.alert.line = str(line(style));
}

void Alert::fill_alone(View &view, LineStyle style) const
{
	fill_all_but_texts(view);
	const bool is_json = style == LineStyle::json || style == LineStyle::bare_json;
	std::string &text = is_json ? view.message : view.line;
	text.clear();
	if (style == LineStyle::text || style == LineStyle::json) append_head(text, view.clock);
	const size_t head = text.size();
	append_message(text);
	view.alert.message = {text.data() + head, text.size() - head};
	if (is_json) {
		view.line.clear();
		append_json(view.line, text, {text.data() + head, text.size() - head});
	}
	view.alert.line = str(view.line);
}

} // namespace falco::host
