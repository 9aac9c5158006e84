// SPDX-License-Identifier: Apache-2.0
#include "host/verify/test_cases.hpp"

#include "common/nearest.hpp"
#include "common/trace_paths.hpp"
#include "common/yaml_cut.hpp"
#include "host/config/paths.hpp"
#include "host/config/readers.hpp"
#include "host/error.hpp"
#include "host/pipeline/priority.hpp"

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>

namespace falco::host {

using config::read_bool;
using yaml::Kind;
using yaml::Node;

namespace fs = std::filesystem;

namespace {

const std::vector<std::string> kFileKeys = {"rules", "trace", "traces", "config", "cases"};
const std::vector<std::string> kCaseKeys = {"name",   "rules",  "trace", "traces",    "config",
					    "matrix", "alerts", "order", "no_alerts", "no_other_alerts"};
const std::vector<std::string> kMatrixKeys = {"rules", "traces"};
const std::vector<std::string> kAlertKeys = {"rule", "count", "priority", "output", "regex", "fields"};

[[noreturn]] void fail(const yaml::Place &place, const std::string &message)
{
	throw yaml::Error(place, message);
}

void check_keys(const Node &map, const std::vector<std::string> &known, const std::string &what)
{
	if (map.kind != Kind::map) {
		fail(map.place, what + " must be a map, found " + yaml::describe_kind(map));
	}
	for (const auto &entry : map.entries) {
		if (std::find(known.begin(), known.end(), entry.key) == known.end()) {
			std::string all;
			for (const auto &key : known) {
				all += (all.empty() ? "" : ", ") + key;
			}
			const std::string near = did_you_mean(entry.key, known);
			fail(entry.place, "unknown key '" + entry.key + "' in " + what +
						  (near.empty() ? ": expected " + all : near));
		}
	}
}

// Paths as they are written, seen from the file's folder.
std::vector<std::string> read_paths(const Node &node, const std::string &key, const fs::path &folder)
{
	std::vector<std::string> paths;
	for (const auto &path : config::read_texts(node, key, "the path of a file")) {
		paths.push_back(fs::path(path).is_absolute() ? path : (folder / path).lexically_normal().string());
	}
	if (paths.empty()) {
		fail(node.place, key + ": expected at least one path");
	}
	return paths;
}

// Files and folders of them, all there. A pipe would be waited for, without end when nobody writes to it.
void check_recordings(const std::vector<std::string> &paths, const Node &node, const std::string &key)
{
	try {
		for (const auto &path : expand_trace_paths(paths)) {
			if (!fs::is_regular_file(path)) throw Error(path + " is no regular file");
		}
	} catch (const std::runtime_error &e) {
		fail(node.place, key + ": expected a recording or a folder of them: " + e.what());
	}
}

// "3", "1..3" or "2.."
void read_count(const Node &node, Expectation &expectation)
{
	const std::string text = node.kind == Kind::scalar ? node.text : "";
	static const std::regex form("([0-9]{1,9})(\\.\\.([0-9]{1,9})?)?");
	std::smatch parts;
	if (!std::regex_match(text, parts, form)) {
		fail(node.place, "count: expected a number, or a range such as 1..3 or 2.. (2 or more), found " +
					 (text.empty() ? yaml::describe_kind(node) : "'" + text + "'"));
	}
	expectation.least = std::stoull(parts[1]);
	expectation.most = !parts[2].matched   ? expectation.least
			   : !parts[3].matched ? Expectation::kAny
					       : std::stoull(parts[3]);
	if (expectation.most < expectation.least) {
		fail(node.place, "count: the range '" + text + "' ends before it begins");
	}
}

Expectation read_expectation(const Node &node)
{
	Expectation expectation;
	expectation.place = node.place;
	if (node.kind == Kind::scalar) { // just a rule's name
		expectation.rule = node.text;
		expectation.rule_place = node.place;
		return expectation;
	}
	check_keys(node, kAlertKeys, "an expected alert");
	const Node *rule = node.find("rule");
	if (!rule) {
		fail(node.place, "an expected alert needs the key 'rule'");
	}
	expectation.rule = config::read_text(*rule, "rule", "the name of a rule");
	expectation.rule_place = rule->place;
	if (const Node *count = node.find("count")) {
		read_count(*count, expectation);
	}
	if (const Node *priority = node.find("priority")) {
		expectation.priority = config::read_priority(*priority, "priority");
	}
	if (const Node *output = node.find("output")) {
		expectation.output = config::read_text(*output, "output", "a part of the alert's message");
	}
	if (const Node *regex = node.find("regex")) {
		expectation.regex = config::read_text(*regex, "regex", "a regular expression");
		try {
			std::regex compiled(*expectation.regex);
		} catch (const std::regex_error &e) {
			fail(regex->place, std::string("regex: ") + e.what());
		}
	}
	if (const Node *fields = node.find("fields")) {
		if (fields->kind != Kind::map) {
			fail(fields->place, std::string("fields: expected a map of fields and values, found ") +
						    yaml::describe_kind(*fields));
		}
		for (const auto &field : fields->entries) {
			if (field.value.kind != Kind::scalar) {
				fail(field.value.place, "fields: the value of '" + field.key + "' must be text");
			}
			expectation.fields[field.key] = field.value.text;
		}
	}
	return expectation;
}

void read_no_alerts(const Node &node, TestCase &test)
{
	if (node.kind == Kind::scalar && !node.quoted && (node.text == "true" || node.text == "false")) {
		test.no_alerts = node.text == "true";
		return;
	}
	const auto rules = config::read_texts(node, "no_alerts", "true, or names of rules");
	for (size_t i = 0; i < rules.size(); i++) {
		test.no_alerts_of.emplace_back(rules[i],
					       node.kind == Kind::sequence ? node.items[i].place : node.place);
	}
}

// Expectations that cannot all be met.
void check_contradictions(const TestCase &test)
{
	for (const auto &alert : test.alerts) {
		if (alert.least > 0 && test.no_alerts) {
			fail(alert.place,
			     "alerts of '" + alert.rule + "' are expected, and no_alerts says that there are none");
		}
		for (const auto &[rule, place] : test.no_alerts_of) {
			if (alert.least > 0 && rule == alert.rule) {
				fail(place, "no_alerts names '" + rule + "', of which alerts are expected at " +
						    alert.place.str());
			}
		}
		for (const auto &other : test.alerts) {
			const bool whole = !other.priority && !other.output && !other.regex && other.fields.empty();
			if (&other != &alert && other.rule == alert.rule && whole && other.most < alert.least) {
				fail(alert.place, "at least " + std::to_string(alert.least) + " alerts of '" +
							  alert.rule + "' are expected here, and at most " +
							  std::to_string(other.most) + " at " + other.place.str());
			}
		}
	}
	if (test.ordered && test.alerts.size() < 2) {
		fail(test.place, "order: true needs at least two expected alerts");
	}
	if (test.alerts.empty() && !test.no_alerts && test.no_alerts_of.empty()) {
		fail(test.place, "the case expects nothing: give it alerts or no_alerts");
	}
}

// Of the case, or else of the file.
const Node *find_in(const Node &node, const Node &file, const char *key)
{
	const Node *own = node.find(key);
	return own ? own : file.find(key);
}

// `number`: of the case in its file, from 0.
void read_traces(const Node &node, const Node &file, const fs::path &folder, size_t number, TestCase &test)
{
	if (node.find("trace") && node.find("traces")) {
		fail(node.find("traces")->place, "traces: the case has a trace already");
	}
	const bool own = node.find("trace") || node.find("traces");
	const Node &from = own ? node : file;
	if (const Node *trace = from.find("trace"); trace && trace->kind == Kind::map) {
		yaml::check_whole(*trace);
		test.traces = {test.file}; // described here, as for falco trace build
		test.inline_trace = own ? "/cases/" + std::to_string(number) + "/trace" : "/trace";
		return;
	}
	for (const char *key : {"trace", "traces"}) {
		if (const Node *found = from.find(key)) {
			test.traces = read_paths(*found, key, folder);
			check_recordings(test.traces, *found, key);
		}
	}
}

void read_case(const Node &node, const Node &file, const fs::path &folder, size_t number, TestCase &test)
{
	check_keys(node, kCaseKeys, "a case");
	if (const Node *rules = find_in(node, file, "rules")) {
		test.rules = {read_paths(*rules, "rules", folder)};
	}
	read_traces(node, file, folder, number, test);
	if (const Node *matrix = node.find("matrix")) {
		check_keys(*matrix, kMatrixKeys, "a matrix");
		if (const Node *sets = matrix->find("rules")) {
			test.rules.clear();
			if (sets->kind != Kind::sequence) {
				fail(sets->place,
				     "matrix.rules: expected a list, each of whose items is a rules file or a "
				     "list of them");
			}
			for (const Node &set : sets->items) {
				test.rules.push_back(read_paths(set, "matrix.rules", folder));
			}
		}
		if (const Node *traces = matrix->find("traces")) {
			test.traces = read_paths(*traces, "matrix.traces", folder);
			check_recordings(test.traces, *traces, "matrix.traces");
			test.inline_trace.clear();
		}
	}
	if (test.rules.empty()) {
		fail(node.place, "the case names no rules files: it or its file needs the key 'rules'");
	}
	if (test.traces.empty()) {
		fail(node.place, "the case has no trace: it or its file needs the key 'trace'");
	}
	if (const Node *settings = find_in(node, file, "config")) {
		if (settings->kind != Kind::map) {
			fail(settings->place, std::string("config: expected a map as in falco.yaml, found ") +
						      yaml::describe_kind(*settings));
		}
		test.config = yaml::to_json(*settings);
		test.config_place = settings->place;
	}
	if (const Node *alerts = node.find("alerts"); alerts && alerts->kind != Kind::null) {
		if (alerts->kind != Kind::sequence) {
			fail(alerts->place,
			     std::string("alerts: expected a list, found ") + yaml::describe_kind(*alerts));
		}
		for (const Node &alert : alerts->items) {
			test.alerts.push_back(read_expectation(alert));
		}
	}
	if (const Node *none = node.find("no_alerts")) {
		read_no_alerts(*none, test);
	}
	if (const Node *order = node.find("order")) {
		test.ordered = read_bool(*order, "order");
	}
	if (const Node *others = node.find("no_other_alerts")) {
		test.no_other_alerts = read_bool(*others, "no_other_alerts");
	}
	check_contradictions(test);
}

class Reader {
public:
	explicit Reader(CaseFiles &found) : found_(found) {}

	void read_text(const std::string &text, const std::string &path)
	{
		try {
			read_root(yaml::parse_cut(text, path, nullptr).root, path, true);
		} catch (const yaml::Error &e) {
			add_broken(e.place(), path, "", e.message());
		}
	}

	void read_path(const std::string &path)
	{
		std::error_code error;
		if (!fs::is_directory(path, error)) {
			read_file(path, true);
			return;
		}
		std::vector<std::string> files;
		found_.folders.push_back(path);
		for (fs::recursive_directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
			if (it->is_directory(error)) {
				found_.folders.push_back(it->path().string());
			}
			if (config::is_yaml_file(it->path()) && it->is_regular_file(error)) {
				files.push_back(it->path().string());
			}
		}
		if (error) {
			add_broken({}, path, "", "cannot read the folder: " + error.message());
		}
		std::sort(files.begin(), files.end());
		const size_t files_before = found_.files.size(), broken_before = found_.broken.size();
		for (const auto &file : files) {
			read_file(file, false);
		}
		if (found_.files.size() == files_before && found_.broken.size() == broken_before) {
			add_broken({}, path, "", "the folder holds no file with cases");
		}
	}

private:
	// `named`: by the user, so it must have cases.
	void read_file(const std::string &path, bool named)
	{
		try {
			read_root(yaml::parse_cut(yaml::read_text(path), path, nullptr).root, path, named);
		} catch (const yaml::Error &e) {
			add_broken(e.place(), path, "", e.message());
		}
	}

	void read_root(const Node &root, const std::string &path, bool named)
	{
		const Node *cases = root.find("cases");
		if (!cases) {
			check_that_none_is_meant(root);
			if (named) {
				fail(root.place, "expected a map with the key 'cases', a list of test cases");
			}
			return; // rules, or anything else
		}
		found_.files.push_back(path);
		check_keys(root, kFileKeys, "a file of cases");
		if (cases->kind != Kind::sequence || cases->items.empty()) {
			fail(cases->place,
			     std::string("cases: expected a list of cases, found ") +
				     (cases->kind == Kind::sequence ? "an empty one" : yaml::describe_kind(*cases)));
		}
		if (cases->cut) yaml::check_whole(*cases);
		for (const auto &entry : root.entries) {
			if (&entry.value != cases && entry.key != "trace") yaml::check_whole(entry.value);
		}
		read_cases(*cases, root, path);
	}

	// A file with the keys of a file of cases, and one that looks like `cases`.
	static void check_that_none_is_meant(const Node &root)
	{
		if (!root.find("rules") && !root.find("trace") && !root.find("traces")) {
			return;
		}
		for (const auto &entry : root.entries) {
			if (const std::string near = did_you_mean(entry.key, {"cases"}); !near.empty()) {
				fail(entry.place, "unknown key '" + entry.key + "' in a file of cases" + near);
			}
		}
	}

	void read_cases(const Node &cases, const Node &root, const std::string &path)
	{
		std::set<std::string> names;
		for (size_t i = 0; i < cases.items.size(); i++) {
			const Node &node = cases.items[i];
			TestCase test;
			test.place = node.place;
			test.file = path;
			test.node = node;
			test.name = "case " + std::to_string(i + 1);
			try {
				if (const Node *name = node.find("name")) {
					test.name = config::read_text(*name, "name", "text");
					if (!names.insert(test.name).second) {
						fail(name->place, "there is another case of this name in the file");
					}
				}
				yaml::check_whole(node);
				read_case(node, root, fs::path(path).parent_path(), i, test);
				found_.cases.push_back(std::move(test));
			} catch (const yaml::Error &e) {
				add_broken(e.place(), path, test.name, e.message());
				found_.broken.back().needs = files_of(test);
			}
		}
	}

	void add_broken(yaml::Place place, const std::string &file, const std::string &name, const std::string &message)
	{
		if (!place.file) {
			place.file = std::make_shared<const std::string>(file);
		}
		found_.broken.push_back({std::move(place), file, name, message, {}});
	}

	CaseFiles &found_;
};

} // namespace

std::string Expectation::str() const
{
	const auto alerts = [](uint64_t n) { return std::to_string(n) + (n == 1 ? " alert" : " alerts"); };
	std::string text = rule + ", " +
			   (most == kAny    ? alerts(least) + " or more"
			    : most == least ? alerts(least)
					    : std::to_string(least) + " to " + alerts(most));
	if (priority) {
		text += std::string(", priority ") + priority_name(*priority);
	}
	if (output) {
		text += ", output with '" + *output + "'";
	}
	if (regex) {
		text += ", output like /" + *regex + "/";
	}
	for (const auto &[field, value] : fields) {
		text += ", " + field + " = '" + value + "'";
	}
	return text;
}

std::vector<std::string> files_of(const TestCase &test)
{
	std::vector<std::string> files = test.traces;
	for (const auto &set : test.rules) {
		files.insert(files.end(), set.begin(), set.end());
	}
	return files;
}

CaseFiles read_cases_in(const std::string &text, const std::string &path)
{
	CaseFiles found;
	Reader(found).read_text(text, path);
	return found;
}

CaseFiles read_cases(const std::vector<std::string> &paths)
{
	CaseFiles found;
	Reader reader(found);
	for (const auto &path : paths) {
		reader.read_path(path);
	}
	return found;
}

} // namespace falco::host
