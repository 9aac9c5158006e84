// SPDX-License-Identifier: Apache-2.0
// The shipped rules on recordings of a real machine: what they must see there, and that ordinary work stays quiet.
#include "tests/rules/alerts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace falco::test {

namespace {

using testing::Pair;
using testing::UnorderedElementsAre;

bool says(const std::vector<Alert> &alerts, const std::string &rule, const std::string &fact)
{
	return std::any_of(alerts.begin(), alerts.end(), [&](const Alert &alert) {
		return alert.rule == rule && alert.output.find(fact) != std::string::npos;
	});
}

} // namespace

// heavy.scap is ordinary work only: find, cat, grep, stat, tar and dd in loops, below /usr, /etc and /dev.
TEST(Recordings, ordinary_work_raises_no_alert)
{
	EXPECT_THAT(counts(alerts_of(shipped_rules(), recording("heavy.scap"))), testing::IsEmpty());
}

// acts.scap makes one call of each type, so each rule that it can reach without a special program fires once.
TEST(Recordings, single_calls_raise_the_alerts_that_they_deserve)
{
	const std::vector<Alert> alerts = alerts_of(shipped_rules(), recording("acts.scap"));

	EXPECT_THAT(counts(alerts),
		    UnorderedElementsAre(Pair("read_sensitive_file_untrusted", 1),
					 Pair("set_user_id_bit", 3), // fchmod, chmod and fchmodat
					 Pair("link_to_sensitive_file", 1), Pair("execute_from_memory", 1),
					 Pair("redirect_input_to_socket", 1), Pair("change_thread_namespace", 1),
					 Pair("create_namespace", 1), Pair("change_root_directory", 1),
					 Pair("become_root", 1), Pair("write_process_memory", 1)));
	EXPECT_TRUE(says(alerts, "execute_from_memory", "executable=/memfd:payload"));
	EXPECT_TRUE(says(alerts, "become_root", "user=nobody"));
}

TEST(Recordings, attacks_among_ordinary_work_are_seen)
{
	const std::vector<Alert> alerts = alerts_of(shipped_rules(), recording("mixed.scap"));

	EXPECT_THAT(counts(alerts),
		    UnorderedElementsAre(
			    // Four programs read /etc/shadow, a search through /etc does, and `acts` (see above).
			    Pair("read_sensitive_file_untrusted", 6), Pair("read_other_process_secrets", 1),
			    Pair("write_authorized_keys", 1), Pair("write_cron_job", 1),
			    Pair("write_shell_startup_file", 1), Pair("write_binary_dir", 3),
			    // /etc/sudoers.d-x, which is not what sudo reads, and the file that `sed -i` makes.
			    Pair("write_below_etc", 2), Pair("create_files_below_dev", 1),
			    Pair("delete_shell_history", 1), Pair("delete_log_file", 1), Pair("truncate_log_file", 1),
			    Pair("set_user_id_bit", 6), Pair("create_device_node", 1),
			    Pair("rename_or_remove_binary", 3), Pair("link_to_sensitive_file", 1),
			    Pair("create_hidden_directory", 1), Pair("execute_from_memory", 1),
			    Pair("execute_below_dev", 1), Pair("execute_below_tmp", 1),
			    Pair("bind_program_to_netcat", 1), Pair("search_for_credentials", 2),
			    Pair("shell_network_outbound", 1), Pair("unexpected_listener", 2),
			    // nc and `acts`, and two requests to busybox's httpd, which works as inetd's servers do.
			    Pair("redirect_input_to_socket", 4), Pair("change_thread_namespace", 5),
			    Pair("create_namespace", 5), Pair("change_root_directory", 2),
			    // A shell in a process namespace that unshare(1) made: contained, by whom is not known.
			    Pair("run_shell_in_container", 1), Pair("mount_in_container", 2), Pair("become_root", 1),
			    Pair("write_process_memory", 1)));
	EXPECT_TRUE(says(alerts, "bind_program_to_netcat", "command=nc -l -p 9001 -e /bin/bash"));
	EXPECT_TRUE(says(alerts, "shell_network_outbound", "->127.0.0.1:53"));
	EXPECT_TRUE(says(alerts, "execute_below_dev", "executable=/dev/shm/run"));
	EXPECT_TRUE(says(alerts, "delete_shell_history", "command=rm /root/.bash_history"));
}

// `ls` and its like in mixed.scap fail to connect to the name service's socket again and again: no outbound connection.
TEST(Recordings, unix_sockets_are_no_outbound_connections)
{
	const std::vector<Alert> alerts = alerts_of(shipped_rules(), recording("mixed.scap"));
	EXPECT_FALSE(says(alerts, "system_binary_network_outbound", ""));
}

} // namespace falco::test
