// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/alert_record.hpp"

#include <cstring>
#include <zlib.h>

namespace falco::host {

namespace {

constexpr char kVersion = 1;
constexpr uint32_t kNone = UINT32_MAX;
constexpr size_t kCrcSize = 4;

template <typename Number>
void put(std::string &record, Number number)
{
	for (size_t i = 0; i < sizeof number; ++i)
		record += static_cast<char>(static_cast<uint64_t>(number) >> (8 * i));
}

void put_text(std::string &record, const char *data, size_t size)
{
	if (!data) return put(record, kNone);
	put(record, static_cast<uint32_t>(size));
	record.append(data, size);
	record += '\0';
}

void put_text(std::string &record, const char *text)
{
	put_text(record, text, std::strlen(text));
}

void put_text(std::string &record, const falco_str &text)
{
	put_text(record, text.data, text.size);
}

uint32_t crc_of(const std::string &record)
{
	return static_cast<uint32_t>(crc32(0, reinterpret_cast<const Bytef *>(record.data()) + kCrcSize,
					   static_cast<uInt>(record.size() - kCrcSize)));
}

// Most often the message is the end of the line, and is then not stored a second time.
bool ends_with(const falco_str &line, const falco_str &message)
{
	return message.size <= line.size && message.size > 0 &&
	       std::memcmp(line.data + line.size - message.size, message.data, message.size) == 0;
}

class Reader {
public:
	Reader(const std::string &record, size_t at) : record_(record), at_(at) {}

	template <typename Number>
	Number number()
	{
		uint64_t value = 0;
		if (!has(sizeof(Number))) return 0;
		for (size_t i = 0; i < sizeof(Number); ++i)
			value |= uint64_t{static_cast<unsigned char>(record_[at_++])} << (8 * i);
		return static_cast<Number>(value);
	}

	falco_str text()
	{
		const uint32_t size = number<uint32_t>();
		if (!good_ || size == kNone) return {nullptr, 0};
		if (!has(size_t{size} + 1)) return {nullptr, 0};
		const falco_str text{record_.data() + at_, size};
		at_ += size_t{size} + 1;
		return text;
	}

	// One that must be there.
	const char *c_string()
	{
		const falco_str found = text();
		if (!found.data) good_ = false;
		return found.data;
	}

	bool good() const { return good_; }
	bool at_end() const { return at_ == record_.size(); }

private:
	bool has(size_t bytes)
	{
		good_ = good_ && record_.size() - at_ >= bytes;
		return good_;
	}

	const std::string &record_;
	size_t at_;
	bool good_ = true;
};

} // namespace

void encode_record(const falco_alert &alert, std::string &record)
{
	record.assign(kCrcSize, '\0');
	record += kVersion;
	put(record, alert.priority);
	put(record, alert.time_ns);
	put(record, alert.sequence);
	put_text(record, alert.id);
	put_text(record, alert.rule);
	put_text(record, alert.source);
	put_text(record, alert.hostname);
	put_text(record, alert.line);
	const bool shared = ends_with(alert.line, alert.message);
	put(record, static_cast<uint32_t>(shared ? alert.message.size : kNone));
	if (!shared) put_text(record, alert.message);
	for (const char *const *tag = alert.tags; *tag; ++tag)
		put_text(record, *tag);
	put(record, kNone);
	put(record, alert.field_count);
	for (uint32_t i = 0; i < alert.field_count; ++i) {
		put_text(record, alert.fields[i].name);
		put_text(record, alert.fields[i].value.text);
		put_text(record, alert.fields[i].value.json);
	}
	const uint32_t crc = crc_of(record);
	for (size_t i = 0; i < kCrcSize; ++i)
		record[i] = static_cast<char>(crc >> (8 * i));
}

bool decode_record(Parcel &parcel)
{
	if (parcel.record.size() <= kCrcSize) return false;
	Reader head(parcel.record, 0);
	if (head.number<uint32_t>() != crc_of(parcel.record)) return false;
	if (head.number<uint8_t>() != static_cast<uint8_t>(kVersion)) return false;

	Reader reader(parcel.record, kCrcSize + 1);
	falco_alert &alert = parcel.view.alert;
	alert = {};
	alert.struct_size = sizeof alert;
	alert.priority = reader.number<int32_t>();
	alert.time_ns = reader.number<uint64_t>();
	alert.sequence = reader.number<uint64_t>();
	alert.id = reader.c_string();
	alert.rule = reader.c_string();
	alert.source = reader.c_string();
	alert.hostname = reader.c_string();
	alert.line = reader.text();
	const uint32_t shared = reader.number<uint32_t>();
	if (shared == kNone) {
		alert.message = reader.text();
	} else if (shared <= alert.line.size) {
		alert.message = {alert.line.data + alert.line.size - shared, shared};
	} else {
		return false;
	}
	parcel.tags.clear();
	do {
		parcel.tags.push_back(reader.text().data);
	} while (parcel.tags.back());
	alert.tags = parcel.tags.data();
	parcel.view.fields.clear();
	for (uint32_t left = reader.number<uint32_t>(); left > 0 && reader.good(); --left) {
		falco_field field{};
		field.name = reader.c_string();
		field.value.text = reader.text();
		field.value.json = reader.text();
		parcel.view.fields.push_back(field);
	}
	alert.fields = parcel.view.fields.data();
	alert.field_count = static_cast<uint32_t>(parcel.view.fields.size());
	return reader.good() && reader.at_end();
}

} // namespace falco::host
