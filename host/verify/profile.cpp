// SPDX-License-Identifier: Apache-2.0
#include "host/verify/profile.hpp"

#include "host/error.hpp"
#include "host/verify/flame_graph.hpp"
#include "host/verify/profile_text.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace falco::host {

using nlohmann::json;

namespace {

// A file that is written when everything is known, but whose mistakes are told before the work. Until then it stays as
// it is, and if it is never written, none comes into being.
class LateFile {
public:
	explicit LateFile(const std::optional<std::string> &path) : path_(path)
	{
		if (path_) {
			std::error_code error;
			is_new_ = !std::filesystem::exists(*path_, error);
			open(std::ios::app);
		}
	}
	~LateFile()
	{
		if (is_new_) std::remove(path_->c_str());
	}
	LateFile(const LateFile &) = delete;
	LateFile &operator=(const LateFile &) = delete;

	template <typename Make>
	void write(Make make)
	{
		if (path_) {
			const std::string text = make();
			open(std::ios::trunc);
			file_ << text;
			file_.close();
			check();
			is_new_ = false;
		}
	}

private:
	void open(std::ios::openmode how)
	{
		file_.close();
		file_.clear(); // closing what is not open is no failure
		file_.open(*path_, std::ios::out | how);
		check();
	}
	void check()
	{
		if (!file_) {
			throw Error("cannot write to " + *path_ + ": " + std::strerror(errno));
		}
	}
	const std::optional<std::string> &path_;
	bool is_new_ = false; // and nothing is written yet
	std::ofstream file_;
};

// The profile of a recording, and in `failure` what went wrong with that.
json measure(const ProfileRequest &request, std::string &failure)
{
	const Offline offline(offline_request(request.options));
	json settings = offline.settings();
	settings["profile"] = {{"sample", "1/1"}};
	LoadedRules rules = offline.load({}, settings);
	const auto source = offline.open(request.trace);
	falco_match_sink nowhere = {};
	nowhere.struct_size = sizeof nowhere;
	nowhere.emit = [](void *, const falco_match *) {};
	ProgressBar progress;
	Replay replay;
	replay.progress = &progress;
	replay.matchers = {rules.matcher.get()};
	replay.interests = rules.matcher->interests();
	replay.on_event = [&](const falco_event &event) {
		falco_error error = {};
		if (rules.matcher->match(event, nowhere, error) < 0) {
			throw Error("event " + std::to_string(event.number) + ": " + error.message);
		}
		return true;
	};
	failure = replay.run(*source);
	json observed = rules.matcher->observed();
	return std::move(observed.at("profile"));
}

// The last profile that a run of falco added to a file.
json read_last(const std::string &path)
{
	std::ifstream file(path);
	std::string line, last;
	while (std::getline(file, line)) {
		if (!line.empty()) last = line;
	}
	if (!file.eof()) throw Error("cannot read " + path + ": " + std::strerror(errno));
	json profile = json::parse(last, nullptr, false);
	if (!profile.is_object() || !profile.contains("rules") || !profile.contains("match_ns")) {
		throw Error(path + ": expected a profile as the last line, as falco writes it with profile.file");
	}
	return profile;
}

} // namespace

int profile_rules(const ProfileRequest &request)
{
	LateFile folded(request.folded), svg(request.svg);
	std::string failure;
	const json profile = request.read ? read_last(*request.read) : measure(request, failure);
	folded.write([&] { return folded_stacks(profile.at("rules")); });
	svg.write([&] { return flame_graph(profile.at("rules")); });
	if (request.json) {
		std::printf("%s\n", profile.dump(-1, ' ', false, json::error_handler_t::replace).c_str());
	} else {
		std::printf("%s", profile_text(profile, request.limit, Palette()).c_str());
	}
	if (!failure.empty()) std::fprintf(stderr, "falco: %s\n", failure.c_str());
	return failure.empty() ? 0 : 1;
}

} // namespace falco::host
