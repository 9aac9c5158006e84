// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/trace-builder/block_file.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace falco::trace_tool {

// A file that is there as a whole or not at all: it is written under another name beside its own, and renamed by
// `finish`. Without that it goes. What is no regular file (a pipe, a device) is written directly.
class OutputFile {
public:
	struct Options {
		bool force = false;    // an existing file is replaced
		bool compress = false; // gzip
	};

	// `path` "-": standard output, through `print`. Throws std::runtime_error.
	OutputFile(std::string path, Options options, std::function<void(std::string_view)> print);
	~OutputFile();
	OutputFile(const OutputFile &) = delete;
	OutputFile &operator=(const OutputFile &) = delete;

	// Throw std::runtime_error with path and reason.
	void write(std::string_view bytes) { file_->write(bytes); }
	void finish();

private:
	int open_temporary();

	std::string path_;
	Options options_;
	std::function<void(std::string_view)> print_;
	std::string temporary_; // its name while it is there
	int copy_ = -1;         // of what goes to standard output
	std::unique_ptr<trace::BlockFile> file_;
};

} // namespace falco::trace_tool
