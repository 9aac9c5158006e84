// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace falco::test {

using Pid = std::int64_t;

/// What a test says about one process; whatever it leaves out comes from the parent or from the name.
/// `Process("httpd")` is the program /usr/bin/httpd, run without arguments.
class Process {
public:
	explicit Process(std::string name) : name_(std::move(name)), path_("/usr/bin/" + name_), argv0_(name_) {}

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
	/// One of the users of the trace: root, daemon, alice, elasticsearch, mysql or what add_user() added.
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
	std::optional<std::string> user_;
	std::optional<Pid> parent_;
	std::optional<std::string> container_;
	std::optional<std::string> cwd_;
	std::map<std::int64_t, std::string> files_;
	bool from_memfd_ = false;
};

} // namespace falco::test
