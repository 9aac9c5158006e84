// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/e2e/fixture.hpp"

#include <sqlite3.h>

#include <string>
#include <vector>

namespace falco::test {

// A falco with made-up events, each of which gives an alert for the output "out".
class DeliveryTest : public FalcoTest {
protected:
	DeliveryTest() { dir_.write("rules.yaml", "r 4 event %number\n"); }

	// `source`: its config; `output`: further lines of the instance; `library`: its plugin.
	void configure(const std::string &source, const std::string &output,
		       const std::string &library = "output-file.so")
	{
		const bool is_fake = library.find("fake") != std::string::npos;
		const std::string path = is_fake ? kFakes + library : FALCO_BINARY_DIR "/plugins/" + library;
		dir_.write("falco.yaml", "log_stderr: true\nlog_syslog: false\nplugins:\n  - library: " + kFakes +
						 "source-fake.so\n    name: made-up\n    config: " + source +
						 "\n  - library: " + kFakes +
						 "matcher-fake.so\n    name: made-up\n  - library: " + path +
						 "\n    name: out\n" + output + "source: made-up\nmatcher: made-up\n");
	}
	// The lines of an instance with a spool. Each alert is delivered as "ID NUMBER".
	std::string spooled_output(const std::string &config, const std::string &more_of_spool = "") const
	{
		return "    config: {" + config + "}\n    spool: {dir: " + dir_.file("spool") + more_of_spool +
		       "}\n    format: template\n    template: '%id %number'\n";
	}

	// The ids of the alerts that wait in the spool, in order. No falco may have it.
	std::vector<std::string> spooled() const
	{
		std::vector<std::string> ids;
		sqlite3 *db = nullptr;
		EXPECT_EQ(sqlite3_open(dir_.file("spool/out.db").c_str(), &db), SQLITE_OK);
		const auto add = [](void *all, int, char **values, char **) {
			static_cast<std::vector<std::string> *>(all)->emplace_back(values[0]);
			return 0;
		};
		// The id is the first text of a record: after checksum, version, priority, time and sequence.
		char *error = nullptr;
		EXPECT_EQ(
			sqlite3_exec(db,
				     "SELECT CAST(substr(record, 30, unicode(CAST(substr(record, 26, 1) AS TEXT))) AS "
				     "TEXT) FROM alerts ORDER BY number",
				     add, &ids, &error),
			SQLITE_OK)
			<< (error ? error : "");
		sqlite3_free(error);
		sqlite3_close(db);
		return ids;
	}
};

} // namespace falco::test
