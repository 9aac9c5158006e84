// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/trace-builder/trace_file.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace falco::trace {

using Pid = std::int64_t;

/// What is said about one process; whatever is left out comes from the parent or from the name.
/// `Process("httpd")` is the program /usr/bin/httpd, run without arguments.
class Process {
public:
	explicit Process(std::string name) : name_(std::move(name)), path_("/usr/bin/" + name_), argv0_(name_) {}

	/// Its number, instead of the next one that is free.
	Process &pid(Pid value)
	{
		pid_ = value;
		return *this;
	}
	/// What argv[0] is, if not the name.
	Process &argv0(std::string value)
	{
		argv0_ = std::move(value);
		return *this;
	}
	/// NAME=VALUE each.
	Process &env(std::vector<std::string> value)
	{
		env_ = std::move(value);
		return *this;
	}
	/// Only for processes of the first table: is called with what was made of all this, to change what nothing else
	/// here is about.
	Process &details(std::function<void(Thread &)> value)
	{
		details_ = std::move(value);
		return *this;
	}
	/// The full path of the executable.
	Process &path(std::string value)
	{
		path_ = std::move(value);
		return *this;
	}
	/// The arguments after the name.
	Process &args(std::vector<std::string> value)
	{
		args_ = std::move(value);
		return *this;
	}
	/// One of the users of the trace, by name.
	Process &user(std::string value)
	{
		user_ = std::move(value);
		return *this;
	}
	Process &parent(Pid value)
	{
		parent_ = value;
		return *this;
	}
	/// The full id (64 hexadecimal digits) of the Docker container that the process runs in; "" is the host.
	Process &container(std::string value)
	{
		container_ = std::move(value);
		return *this;
	}
	/// Only for processes of the first table: a program that is executed stays where its process is (Trace::chdir).
	Process &cwd(std::string value)
	{
		cwd_ = std::move(value);
		return *this;
	}
	/// A regular file that is open already when the trace begins (only for processes of the first table).
	Process &file(std::int64_t fd, std::string name)
	{
		files_[fd] = std::move(name);
		return *this;
	}
	/// The executable is a memfd, not a file of any file system.
	Process &from_memfd()
	{
		from_memfd_ = true;
		return *this;
	}

private:
	friend class Trace;
	std::string name_;
	std::string path_;
	std::string argv0_;
	std::vector<std::string> args_;
	std::vector<std::string> env_ = {"PATH=/usr/bin:/bin"};
	std::optional<Pid> pid_;
	std::function<void(Thread &)> details_;
	std::optional<std::string> user_;
	std::optional<Pid> parent_;
	std::optional<std::string> container_;
	std::optional<std::string> cwd_;
	std::map<std::int64_t, std::string> files_;
	bool from_memfd_ = false;
};

} // namespace falco::trace
