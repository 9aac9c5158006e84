// SPDX-License-Identifier: Apache-2.0
#include "host/app/written_files.hpp"

#include "tests/unit/config/config_fixture.hpp"

#include <gmock/gmock.h>

namespace falco::host {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class WrittenFiles : public ConfigTest {};

TEST_F(WrittenFiles, are_those_of_outputs_spools_metrics_and_recorders)
{
	EXPECT_THAT(written_files(load("file_output: {enabled: true, filename: /var/log/alerts}\n"
				       "syslog_output: {enabled: true, spool: {dir: /var/spool/falco}}\n"
				       "metrics: {enabled: true, output_file: /var/log/metrics}\n"
				       "record: {path: /var/tmp/events.scap}\n")),
		    ElementsAre("/var/log/alerts", "/var/spool/falco/syslog.db", "/var/log/metrics",
				"/var/tmp/events.scap"));
}

TEST_F(WrittenFiles, are_none_of_other_plugins_and_of_what_is_turned_off)
{
	EXPECT_THAT(written_files(load("stdout_output: {enabled: true}\n"
				       "file_output: {enabled: false, filename: /var/log/alerts}\n"
				       "metrics: {enabled: false, output_file: /var/log/metrics}\n"
				       "plugins:\n  - {library: /opt/output-mine.so, config: {filename: /x}}\n")),
		    IsEmpty());
}

} // namespace
} // namespace falco::host
