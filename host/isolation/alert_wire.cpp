// SPDX-License-Identifier: Apache-2.0
#include "host/isolation/alert_wire.hpp"

#include "host/isolation/wire.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace falco::host::isolation {

namespace {

constexpr uint32_t kNull = UINT32_MAX; // the size of a text that is not there

[[noreturn]] void refuse(const char *why)
{
	throw BadMessage(why);
}

void require(bool holds, const char *otherwise)
{
	if (!holds) refuse(otherwise);
}

template <typename Number>
void put(char *&to, Number number)
{
	std::memcpy(to, &number, sizeof number);
	to += sizeof number;
}

// The texts of an alert, in order.
class Texts {
public:
	Texts(const char *sizes, size_t count, const char *end)
	    : sizes_(sizes), text_(sizes + count * sizeof(uint32_t)), end_(end)
	{
	}
	falco_str next()
	{
		uint32_t size;
		std::memcpy(&size, sizes_, sizeof size);
		sizes_ += sizeof size;
		if (size == kNull) return {nullptr, 0};
		require(size < static_cast<size_t>(end_ - text_), "a text of an alert is too short");
		require(text_[size] == '\0', "a text of an alert does not end");
		const falco_str text{text_, size};
		text_ += size + size_t{1};
		return text;
	}
	const char *next_name()
	{
		const char *const name = next().data;
		require(name != nullptr, "a text of an alert is missing");
		return name;
	}
	const char *end() const { return text_; }

private:
	const char *sizes_, *text_;
	const char *const end_;
};

// All but tags and fields: id, rule, source, hostname, line and message.
constexpr size_t kTexts = 6, kTextsOfField = 3;

} // namespace

size_t AlertEncoder::measure(const falco_alert &alert)
{
	uint32_t tags = 0;
	while (alert.tags && alert.tags[tags])
		++tags;
	head_ = {alert.time_ns, alert.sequence, alert.priority, tags, alert.field_count};
	texts_.resize(kTexts + tags + size_t{kTextsOfField} * alert.field_count);
	// Local, so that no step waits for what the one before it has stored.
	falco_str *next = texts_.data();
	size_t size = sizeof head_ + texts_.size() * sizeof(uint32_t);
	size_t longest = 0;
	const auto add = [&](const falco_str &text) {
		*next++ = text;
		if (!text.data) return;
		size += text.size + 1;
		longest = std::max(longest, text.size);
	};
	const auto add_name = [&](const char *name) { add({name ? name : "", name ? std::strlen(name) : 0}); };
	for (const char *text : {alert.id, alert.rule, alert.source, alert.hostname})
		add_name(text);
	for (uint32_t i = 0; i < tags; ++i)
		add_name(alert.tags[i]);
	add(alert.line);
	add(alert.message);
	for (uint32_t i = 0; i < alert.field_count; ++i) {
		add_name(alert.fields[i].name);
		add(alert.fields[i].value.text);
		add(alert.fields[i].value.json);
	}
	if (longest >= kNull) throw std::length_error("a text of an alert is too long");
	return size;
}

void AlertEncoder::write(char *to) const
{
	put(to, head_);
	char *text = to + texts_.size() * sizeof(uint32_t);
	for (const falco_str &one : texts_) {
		put(to, one.data ? static_cast<uint32_t>(one.size) : kNull);
		if (!one.data) continue;
		std::memcpy(text, one.data, one.size);
		text[one.size] = '\0';
		text += one.size + 1;
	}
}

void AlertList::read(std::string_view bytes, size_t count)
{
	require(count <= bytes.size() / sizeof(AlertEncoder::Head), "a batch is too short");
	alerts_.resize(count);
	pointers_.clear();
	begins_.clear();
	tags_.clear();
	fields_.clear();
	const char *at = bytes.data(), *const end = at + bytes.size();
	for (falco_alert &alert : alerts_) {
		begins_.push_back({tags_.size(), fields_.size()});
		at = read_one(at, end, alert);
		pointers_.push_back(&alert);
	}
	require(at == end, "a batch is too long");
	for (size_t i = 0; i < count; ++i) {
		alerts_[i].tags = tags_.data() + begins_[i].tag;
		alerts_[i].fields = fields_.data() + begins_[i].field;
	}
}

// Returns where it ends.
const char *AlertList::read_one(const char *at, const char *end, falco_alert &alert)
{
	AlertEncoder::Head head;
	require(static_cast<size_t>(end - at) >= sizeof head, "an alert is too short");
	std::memcpy(&head, at, sizeof head);
	at += sizeof head;
	const size_t count = kTexts + head.tags + size_t{kTextsOfField} * head.fields;
	require(static_cast<size_t>(end - at) / sizeof(uint32_t) >= count, "an alert is too short");
	Texts texts(at, count, end);
	alert.struct_size = sizeof alert;
	alert.priority = static_cast<int32_t>(head.priority);
	alert.time_ns = head.time_ns;
	alert.sequence = head.sequence;
	for (const char **text : {&alert.id, &alert.rule, &alert.source, &alert.hostname})
		*text = texts.next_name();
	for (uint32_t left = head.tags; left > 0; --left)
		tags_.push_back(texts.next_name());
	tags_.push_back(nullptr);
	alert.line = texts.next();
	alert.message = texts.next();
	for (uint32_t left = head.fields; left > 0; --left) {
		const char *const name = texts.next_name();
		const falco_str text = texts.next();
		fields_.push_back({name, {text, texts.next()}});
	}
	alert.field_count = head.fields;
	alert.reserved = 0;
	return texts.end();
}

std::string_view EncodedAlerts::bytes(size_t first, size_t count) const
{
	return std::string_view(bytes_).substr(begin(first), begin(first + count) - begin(first));
}

void EncodedAlerts::add(std::string_view bytes, const std::vector<size_t> &ends)
{
	const size_t before = bytes_.size();
	bytes_.append(bytes);
	for (const size_t end : ends)
		ends_.push_back(before + end);
}

void EncodedAlerts::cut(size_t count)
{
	bytes_.resize(begin(count));
	ends_.resize(count);
}

void EncodedAlerts::remove(size_t index)
{
	const size_t size = ends_[index] - begin(index);
	bytes_.erase(begin(index), size);
	ends_.erase(ends_.begin() + static_cast<std::ptrdiff_t>(index));
	for (size_t i = index; i < ends_.size(); ++i)
		ends_[i] -= size;
}

} // namespace falco::host::isolation
