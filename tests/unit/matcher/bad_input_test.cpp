// SPDX-License-Identifier: Apache-2.0
//
// Files that are made to hurt: a clear error, in bounded memory and time. The bound of the time is the tests' TIMEOUT
// in ctest: what is not bounded here takes hours.
#include "loaded_rules.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <functional>
#include <thread>

using namespace falco::matcher;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

constexpr long kMegabytes = 1500;

// What loading says, after checking that it took not much.
std::vector<std::string> errors_of(const std::string &text)
{
	std::vector<std::string> errors = LoadedRules(text).errors;
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	EXPECT_LT(usage.ru_maxrss / 1024, kMegabytes);
	for (auto &error : errors) {
		EXPECT_LT(error.size(), 4096u) << error.substr(0, 200);
	}
	return errors;
}

std::string repeated(const std::string &text, size_t times)
{
	std::string result;
	result.reserve(text.size() * times);
	for (size_t i = 0; i < times; i++) {
		result += text;
	}
	return result;
}

} // namespace

TEST(BadInput, ten_megabytes_of_nested_yaml)
{
	EXPECT_THAT(errors_of(repeated("[", 10'000'000)), ElementsAre(HasSubstr("1:10001 yaml nested too deeply")));
	EXPECT_THAT(errors_of(repeated("- ", 5'000'000)), ElementsAre(HasSubstr(" yaml ")));
	EXPECT_THAT(errors_of(repeated("{a: ", 2'500'000)), ElementsAre(HasSubstr(" yaml ")));
}

TEST(BadInput, aliases_that_explode)
{
	std::string text = "- list: a0\n  items: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
	for (int i = 1; i < 12; i++) {
		const std::string last = "*a" + std::to_string(i - 1);
		text += "- list: a" + std::to_string(i) + "\n  items: &a" + std::to_string(i) + " [" +
			repeated(last + " , ", 9) + last + " ]\n";
	}
	EXPECT_THAT(errors_of(text), ElementsAre(HasSubstr("more than a million values")));
}

TEST(BadInput, conditions_twenty_thousand_levels_deep)
{
	const std::string check = "evt.type=open";
	EXPECT_THAT(errors_of(rule_with(repeated("(", 20'000) + check + repeated(")", 20'000))),
		    ElementsAre(HasSubstr("too-deep rule r: ")));
	EXPECT_THAT(errors_of(rule_with(repeated("not (", 20'000) + check + repeated(")", 20'000))),
		    ElementsAre(HasSubstr("too-deep rule r: ")));
	EXPECT_THAT(errors_of(rule_with(repeated("tolower(", 20'000) + "proc.name" + repeated(")", 20'000) + " = x")),
		    ElementsAre(HasSubstr("too-deep rule r: ")));
	EXPECT_THAT(errors_of(rule_with(repeated("(" + check + " or ", 20'000) + check + repeated(")", 20'000))),
		    ElementsAre(HasSubstr("too-deep rule r: ")));
}

TEST(BadInput, as_deep_as_allowed_works)
{
	const size_t depth = 990;
	EXPECT_THAT(errors_of(rule_with(repeated("(", depth) + "evt.type=open" + repeated(")", depth))), IsEmpty());
	const LoadedRules loaded(rule_with(repeated("(evt.type=open or not (fd.num=1 and ", depth / 2) +
					   "evt.type=open" + repeated("))", depth / 2)));
	EXPECT_THAT(loaded.errors, IsEmpty());
	EXPECT_EQ(loaded.rules.size(), 1u);
}

TEST(BadInput, macros_in_macros_in_macros)
{
	std::string text = "- macro: m0\n  condition: evt.type = open\n";
	for (int i = 1; i < 20'000; i++) {
		text += "- macro: m" + std::to_string(i) + "\n  condition: not m" + std::to_string(i - 1) + "\n";
	}
	EXPECT_THAT(errors_of(text + rule_with("m19999")), Contains(HasSubstr("too-deep macro m")));
}

TEST(BadInput, a_million_items)
{
	EXPECT_THAT(errors_of("- list: l\n  items: [" + repeated("x, ", 1'000'000) + "x]\n"),
		    ElementsAre(HasSubstr("more than a million values")));
	EXPECT_THAT(errors_of("- list: l\n  items: [" + repeated("x, ", 900'000) + "x]\n" +
			      rule_with("evt.type = open and proc.name in (l)")),
		    IsEmpty());
	EXPECT_THAT(errors_of(rule_with("evt.type = open and proc.name in (" + repeated("x, ", 1'000'000) + "x)")),
		    ElementsAre(HasSubstr("too-large rule r: ")));
}

TEST(BadInput, a_list_that_many_rules_use)
{
	std::string text = "- list: l\n  items: [" + repeated("x, ", 100'000) + "x]\n";
	for (int i = 0; i < 1000; i++) {
		text += "- rule: r" + std::to_string(i) +
			"\n  desc: d\n  condition: evt.type = open and proc.name in (l)\n  output: x\n  priority: "
			"INFO\n";
	}
	EXPECT_THAT(errors_of(text), Contains(HasSubstr("too-large")));
}

TEST(BadInput, bytes_that_are_no_text)
{
	EXPECT_THAT(errors_of("- macro: m\n  condition: \xff\n"), ElementsAre(HasSubstr("2:14 yaml the byte 0xff")));
	EXPECT_THAT(errors_of(std::string("- macro: m\0\n", 12)), ElementsAre(HasSubstr("1:11 yaml a NUL byte")));
	EXPECT_THAT(errors_of(rule_with("\"evt.type = open\\0\"")),
		    ElementsAre(HasSubstr("syntax rule r: a condition "
					  "cannot contain a NUL byte")));
	EXPECT_THAT(errors_of(rule_with("evt.type = open", "\"a\\0b\"")), IsEmpty());
	EXPECT_THAT(errors_of("- rule: \"r\\0s\"\n"), Contains(HasSubstr("missing-key")));
}

TEST(BadInput, one_very_long_line)
{
	EXPECT_THAT(errors_of(rule_with("evt.type = open and fd.num = " + std::string(5'000'000, 'x'))),
		    ElementsAre(HasSubstr("bad-condition rule r: ")));
	EXPECT_THAT(errors_of("- list: l\n  items: [a, b]\n" +
			      rule_with("evt.type = open and l" + std::string(5'000'000, 'x'))),
		    ElementsAre(HasSubstr("unknown-macro rule r: ")));
	EXPECT_THAT(errors_of(rule_with("evt.type = open and proc.name = " + std::string(5'000'000, 'x') + " and")),
		    ElementsAre(HasSubstr("syntax rule r: ")));
}

// Nothing is compared with everything else.
TEST(BadInput, a_flat_condition_of_many_parts)
{
	const auto numbered = [](size_t number, const std::function<std::string(const std::string &)> &part) {
		std::string text;
		for (size_t i = 0; i < number; i++) {
			text += part(std::to_string(i));
		}
		return text;
	};
	const size_t many = 300'000;
	EXPECT_THAT(errors_of(rule_with("evt.type = open" + repeated(" and proc.name = x", many))), IsEmpty());
	EXPECT_THAT(errors_of(rule_with("evt.type = open and (proc.name = x" +
					numbered(many, [](const auto &n) { return " or proc.name = a" + n; }) + ")")),
		    IsEmpty());
	EXPECT_THAT(errors_of(rule_with("evt.type = open and not (proc.name = x" +
					numbered(many, [](const auto &n) { return " or not fd.name = a" + n; }) + ")")),
		    IsEmpty());
	EXPECT_THAT(errors_of(rule_with("evt.type = open") +
			      "  exceptions: [{name: e, fields: [proc.name, fd.name], values: [" +
			      numbered(100'000, [](const auto &n) { return "[a" + n + ", /b],"; }) + "]}]\n"),
		    IsEmpty());
}

TEST(BadInput, long_lists_beside_each_other)
{
	std::string text;
	for (const std::string name : {"a", "b"}) {
		text += "- list: " + name + "\n  items: [";
		for (int i = 0; i < 300'000; i++) {
			text += name + std::to_string(i) + ",";
		}
		text += "]\n";
	}
	EXPECT_THAT(errors_of(text + rule_with("evt.type = open and proc.name in (a) and not proc.name in (b)")),
		    IsEmpty());
}

// To say where a value stands takes time in proportion to its list.
TEST(BadInput, a_list_of_values_that_are_all_wrong)
{
	const std::string names = repeated("systemd-resolved,", 50'000), ignored = repeated("read,", 50'000);
	const LoadedRules loaded(rule_with("evt.type in (" + ignored + "open) and proc.name in (" + names + "x)"));
	EXPECT_THAT(loaded.errors, IsEmpty());
	EXPECT_EQ(std::count_if(loaded.warnings.begin(), loaded.warnings.end(),
				[](const auto &text) { return text.find(" long-name ") != std::string::npos; }),
		  100);
	const LoadedRules unknown(rule_with("evt.type = open" + repeated(" and proc.nam = x", 20'000)));
	EXPECT_EQ(unknown.errors.size(), 100u);
}

// Whatever is seen of it: a rules file or an error with a place in it, never a crash or a wait.
TEST(BadInput, a_file_that_changes_while_it_is_read)
{
	char path[] = "/tmp/falco-changing-XXXXXX";
	const int fd = mkstemp(path);
	ASSERT_GE(fd, 0);
	std::string whole;
	for (size_t i = 0; i < 500; i++) {
		whole += rule_with("evt.type = open and proc.name in (a, b, c)");
		whole.replace(whole.rfind("rule: r\n"), 7, "rule: r" + std::to_string(i));
	}
	std::atomic<bool> done{false};
	std::atomic<size_t> written{0};
	std::thread writer([&] {
		for (size_t i = 0; !done; i++) {
			// Sometimes shorter, in the middle of a word, sometimes longer.
			const size_t size = i % 3 == 0 ? whole.size() / 7 * (i % 7) : whole.size();
			if (ftruncate(fd, static_cast<off_t>(i % 2 == 0 ? 0 : size / 2)) != 0 ||
			    pwrite(fd, whole.data(), size, 0) != static_cast<ssize_t>(size)) {
				break;
			}
			written++;
		}
	});
	const char *paths[] = {path, nullptr};
	for (size_t rounds = 0; rounds < 30 || written < 30; rounds++) {
		Findings findings;
		const RulesFiles files = read_rules(paths, findings);
		if (findings.errors() == 0) {
			EXPECT_LE(files.rules.size(), 500u);
			for (size_t i = 0; i < files.rules.size(); i++) {
				EXPECT_EQ(files.rules.count("r" + std::to_string(i)), 1u)
					<< "of " << files.rules.size();
			}
		}
		findings.send({sizeof(falco_report), 0, path, [](void *expected, const falco_finding *finding) {
				       EXPECT_STREQ(finding->file, static_cast<const char *>(expected));
			       }});
	}
	done = true;
	writer.join();
	close(fd);
	unlink(path);
}

TEST(BadInput, a_file_that_grows_as_it_is_read)
{
	char folder[] = "/tmp/falco-pipe-XXXXXX";
	ASSERT_NE(mkdtemp(folder), nullptr);
	const std::string path = std::string(folder) + "/rules.yaml";
	ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
	std::thread writer([&] {
		const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
		const std::string text = repeated("# more and more\n", 65536);
		// Until the reader has had enough and closes its end.
		while (write(fd, text.data(), text.size()) > 0) {
		}
		close(fd);
	});
	signal(SIGPIPE, SIG_IGN);
	const char *paths[] = {path.c_str(), nullptr};
	Findings findings;
	read_rules(paths, findings);
	writer.join();
	EXPECT_EQ(findings.errors(), 1u);
	findings.send({sizeof(falco_report), 0, nullptr, [](void *, const falco_finding *) {}});
	EXPECT_THAT(findings.first(), HasSubstr("cannot be read: larger than 64 MiB"));
	unlink(path.c_str());
	rmdir(folder);
}
