// SPDX-License-Identifier: Apache-2.0
//
// Alerts as they are sent to the process of an isolated output: for each a head of numbers, the sizes of its texts, and
// the texts, each with a NUL behind it, so that the reader can point to them.
#pragma once

#include <falco/plugin.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace falco::host::isolation {

// Encodes alerts, one after the other. Throws std::length_error for a text of 4 GiB.
class AlertEncoder {
public:
	// How long the alert will be. It is not to change before it is written.
	size_t measure(const falco_alert &alert);
	// Writes the alert that was measured last.
	void write(char *to) const;

private:
	struct Head {
		uint64_t time_ns, sequence;
		int64_t priority;
		uint32_t tags, fields;
	};
	friend class AlertList;

	Head head_{};
	std::vector<falco_str> texts_;
};

// Alerts that were read, with what they point to besides their texts. Keeps its memory for the next ones.
class AlertList {
public:
	// Reads so many alerts, which are all that there is. `bytes` must outlive them. Throws BadMessage.
	void read(std::string_view bytes, size_t count);
	const std::vector<const falco_alert *> &pointers() const { return pointers_; }

private:
	// Where the parts of an alert begin, which move while there come more.
	struct Begin {
		size_t tag, field;
	};
	const char *read_one(const char *at, const char *end, falco_alert &alert);

	std::vector<falco_alert> alerts_;
	std::vector<const falco_alert *> pointers_;
	std::vector<Begin> begins_;
	std::vector<const char *> tags_;
	std::vector<falco_field> fields_;
};

// Encoded alerts that are kept.
class EncodedAlerts {
public:
	size_t count() const { return ends_.size(); }
	// Of `count` alerts from `first` on.
	std::string_view bytes(size_t first, size_t count) const;
	// Adds alerts, of which each ends there in `bytes`.
	void add(std::string_view bytes, const std::vector<size_t> &ends);
	// Only the first `count` remain.
	void cut(size_t count);
	void remove(size_t index);

private:
	size_t begin(size_t index) const { return index == 0 ? 0 : ends_[index - 1]; }

	std::string bytes_;
	std::vector<size_t> ends_;
};

} // namespace falco::host::isolation
