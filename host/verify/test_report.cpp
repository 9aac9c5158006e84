// SPDX-License-Identifier: Apache-2.0
#include "host/verify/test_report.hpp"

#include "host/pipeline/escape.hpp"
#include "host/verify/markup.hpp"

#include <algorithm>
#include <cstdio>
#include <map>

namespace falco::host {

using nlohmann::json;

namespace {

// What the left of two columns has at most.
constexpr size_t kColumn = 46;

// In lines of at most kColumn bytes, broken at blanks where that can be.
std::vector<std::string> broken(std::string text)
{
	std::vector<std::string> lines;
	while (text.size() > kColumn) {
		size_t at = text.rfind(' ', kColumn);
		if (at == std::string::npos || at == 0) {
			at = kColumn;
			while (at > 1 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80)
				at--; // inside a character
		}
		lines.push_back(text.substr(0, at));
		text.erase(0, text[at] == ' ' ? at + 1 : at);
	}
	lines.push_back(text);
	return lines;
}

size_t count(const std::vector<TestResult> &results, const std::string &status)
{
	return static_cast<size_t>(std::count_if(results.begin(), results.end(),
						 [&](const TestResult &one) { return one.status() == status; }));
}

// There are no control characters in XML.
std::string escape_xml(const std::string &text)
{
	return escape_markup(escaped(text));
}

// Lines of text each escaped for itself.
std::string escape_xml_lines(const std::string &text)
{
	std::string out;
	size_t begin = 0;
	while (begin < text.size()) {
		const size_t end = std::min(text.find('\n', begin), text.size());
		out += escape_xml(text.substr(begin, end - begin)) + "\n";
		begin = end + 1;
	}
	return out;
}

std::string seconds_text(double seconds)
{
	char text[32];
	std::snprintf(text, sizeof text, "%.3f", seconds);
	return text;
}

} // namespace

std::string failure_text(const TestResult &test, const Palette &palette)
{
	const bool is_error = test.status() == "error";
	std::string out = (is_error ? palette.warning("ERROR ") : palette.bad("FAIL  ")) + test.place + ": " +
			  palette.strong(escaped(test.title)) + "\n";
	if (is_error) {
		return out + "    " + test.result.value("message", "") + "\n";
	}
	const auto row = [&](const std::string &mark, const std::string &left, const std::string &right) {
		bool first = true;
		for (std::string line : broken(left)) {
			line.resize(std::max(line.size(), kColumn), ' ');
			out += "  " + std::string(first ? mark : " ") + " " + line + (first ? "  " + right : "") + "\n";
			first = false;
		}
	};
	row(" ", "expected", "found");
	for (const auto &compared : test.result.value("rows", json::array())) {
		row(compared.value("met", false) ? palette.good("+") : palette.bad("-"),
		    escaped(compared.value("expected", "")), compared.value("found", ""));
	}
	for (const auto &why : test.result.value("why_not", json::array())) {
		out += "  Why there is no alert:\n" + why.get<std::string>();
	}
	return out;
}

std::string summary_text(const std::vector<TestResult> &results, const Palette &palette)
{
	const size_t passed = count(results, "passed"), failed = count(results, "failed"),
		     errors = count(results, "error");
	const std::string text = std::to_string(passed) + " passed" +
				 (failed > 0 ? ", " + std::to_string(failed) + " failed" : "") +
				 (errors > 0 ? ", " + std::to_string(errors) + " could not be tried" : "") + "\n";
	return failed + errors > 0 ? palette.bad(text) : palette.good(text);
}

json results_json(const std::vector<TestResult> &results)
{
	json list = json::array();
	for (const TestResult &test : results) {
		json one = test.result;
		one["file"] = test.file;
		one["name"] = test.title;
		one["place"] = test.place;
		one["seconds"] = test.seconds;
		one.erase("tally");
		list.push_back(std::move(one));
	}
	return {{"passed", count(results, "passed")},
		{"failed", count(results, "failed")},
		{"errors", count(results, "error")},
		{"tests", list}};
}

std::string results_junit(const std::vector<TestResult> &results)
{
	std::map<std::string, std::vector<TestResult>> by_file;
	for (const TestResult &test : results) {
		by_file[test.file].push_back(test);
	}
	std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
	for (const auto &[file, tests] : by_file) {
		double seconds = 0;
		for (const auto &test : tests)
			seconds += test.seconds;
		out += "  <testsuite name=\"" + escape_xml(file) + "\" tests=\"" + std::to_string(tests.size()) +
		       "\" failures=\"" + std::to_string(count(tests, "failed")) + "\" errors=\"" +
		       std::to_string(count(tests, "error")) + "\" time=\"" + seconds_text(seconds) + "\">\n";
		for (const auto &test : tests) {
			out += "    <testcase name=\"" + escape_xml(test.title) + "\" classname=\"" + escape_xml(file) +
			       "\" time=\"" + seconds_text(test.seconds) + "\"";
			if (test.status() == "passed") {
				out += "/>\n";
				continue;
			}
			const bool is_error = test.status() == "error";
			const std::string element = is_error ? "error" : "failure";
			const std::string message =
				is_error ? test.result.value("message", "") : "not the expected alerts";
			out += ">\n      <" + element + " message=\"" + escape_xml(message) + "\">\n" +
			       escape_xml_lines(failure_text(test, Palette(false))) + "</" + element +
			       ">\n    </testcase>\n";
		}
		out += "  </testsuite>\n";
	}
	return out + "</testsuites>\n";
}

} // namespace falco::host
