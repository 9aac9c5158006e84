// SPDX-License-Identifier: Apache-2.0
// Built traces replay as recordings do, and are the same each time.
#include "tests/support/temp_dir.hpp"
#include "tests/support/trace.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libsinsp/sinsp.h>

#include <cerrno>
#include <stdexcept>

namespace falco::test {

namespace {

/// What a format shows of each event of one type at the end of the call.
std::vector<std::string> shown(const Trace &trace, const std::string &type, const std::string &format)
{
	const TempDir directory;
	trace.save(directory.file("trace.scap"));

	sinsp inspector;
	inspector.open_savefile(directory.file("trace.scap"));
	sinsp_filter_check_list checks;
	sinsp_evt_formatter formatter(&inspector, "*" + format, checks);
	std::vector<std::string> lines;
	sinsp_evt *event = nullptr;
	for (std::int32_t result = 0; (result = inspector.next(&event)) != SCAP_EOF;) {
		if (result == SCAP_TIMEOUT || result == SCAP_FILTERED_EVENT) continue;
		if (result != SCAP_SUCCESS) throw std::runtime_error(inspector.getlasterr());
		if (event->get_direction() != SCAP_ED_OUT || event->get_name() != type) continue;
		formatter.tostring(event, lines.emplace_back());
	}
	return lines;
}

} // namespace

TEST(Trace, knows_the_process_its_parent_user_and_container)
{
	const std::string id(64, 'e');
	Trace trace;
	trace.add_container(id, "web", "nginx:1");
	const Pid server = trace.process(Process("nginx").user("daemon").container(id));
	trace.spawn(server, Process("ls").path("/bin/ls").args({"-l", "/"}));

	EXPECT_THAT(
		shown(trace, "execve", "%proc.name %proc.pname %proc.exepath %user.uid %container.id %container.name"),
		testing::ElementsAre("ls nginx /bin/ls 1 eeeeeeeeeeee web"));
	EXPECT_THAT(shown(trace, "execve", "%proc.cmdline"), testing::ElementsAre("ls -l /"));
}

TEST(Trace, knows_the_names_of_its_own_users)
{
	Trace trace;
	trace.add_user(4711, "a-user-of-the-trace");
	trace.unshare(trace.process(Process("a").user("a-user-of-the-trace")));
	trace.unshare(trace.process(Process("b").user("elasticsearch")));

	EXPECT_THAT(shown(trace, "unshare", "%user.name"),
		    testing::ElementsAre("a-user-of-the-trace", "elasticsearch"));
	EXPECT_THROW((void)trace.process(Process("c").user("nobody-knows")), std::logic_error);
}

TEST(Trace, resolves_names_of_files_and_keeps_flags)
{
	Trace trace;
	const Pid shell = trace.process(Process("sh").cwd("/srv"));
	trace.openat(shell, AT_FDCWD, "log", O_WRONLY | O_CREAT | O_TRUNC);
	trace.chdir(shell, "/etc");
	trace.openat(shell, AT_FDCWD, "shadow", O_RDONLY);
	const auto directory = trace.openat(shell, AT_FDCWD, "/opt", O_RDONLY | O_DIRECTORY);
	trace.openat(shell, directory, "tool", O_RDWR);

	EXPECT_THAT(shown(trace, "openat", "%fd.name %fd.typechar %evt.arg.flags"),
		    testing::ElementsAre("/srv/log f O_TRUNC|O_CREAT|O_WRONLY", "/etc/shadow f O_RDONLY",
					 "/opt d O_DIRECTORY|O_RDONLY", "/opt/tool f O_RDWR"));
}

TEST(Trace, makes_calls_fail)
{
	Trace trace;
	trace.open(trace.process(Process("cat")), "/etc/shadow", O_RDONLY, -EACCES);
	EXPECT_THAT(shown(trace, "open", "%evt.res %fd.num"), testing::ElementsAre("EACCES -1"));
}

TEST(Trace, knows_both_ends_of_connections)
{
	Trace trace;
	const Pid client = trace.process(Process("curl"));
	trace.connect(client, "10.0.0.5", 9300);
	trace.connect(client, "fd00::7", 443);
	trace.connect(client, "/run/app.sock", 0);

	EXPECT_THAT(shown(trace, "connect", "%fd.typechar %fd.sip %fd.sport"),
		    testing::ElementsAre("4 10.0.0.5 9300", "6 fd00::7 443", "u <NA> <NA>"));
}

TEST(Trace, is_the_same_at_every_run)
{
	const TempDir directory;
	for (const char *name : {"one.scap", "two.scap"}) {
		Trace trace;
		trace.open(trace.process(Process("cat")), "/etc/shadow", O_RDONLY);
		trace.save(directory.file(name));
	}
	EXPECT_EQ(directory.read("one.scap"), directory.read("two.scap"));
}

TEST(Trace, refuses_parameters_that_an_event_does_not_have)
{
	EXPECT_THROW((void)encode_event(0, 1, PPME_SYSCALL_SETNS_X, {}), std::logic_error);
	EXPECT_THROW((void)encode_event(0, 1, PPME_SYSCALL_SETNS_X, {"text"}), std::logic_error);
	EXPECT_THROW((void)encode_event(0, 1, PPME_SYSCALL_CHROOT_X, {0, 1}), std::logic_error);
}

} // namespace falco::test
