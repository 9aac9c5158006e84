// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/config/config_fixture.hpp"

namespace falco::host {
namespace {

class MetricsBlock : public ConfigTest {
protected:
	MetricsConfig metrics(const std::string &block) { return load(kOutput + ("metrics: " + block)).metrics; }
	std::string refused(const std::string &block) { return failure("metrics: " + block); }
};

TEST_F(MetricsBlock, has_defaults)
{
	const MetricsConfig none = load(kOutput).metrics;
	EXPECT_FALSE(none.enabled);
	EXPECT_EQ(none.interval, std::chrono::hours(1));
}

TEST_F(MetricsBlock, is_read)
{
	const MetricsConfig all = metrics("{enabled: true, interval: 30s, output_file: /var/log/metrics}");
	EXPECT_TRUE(all.enabled);
	EXPECT_EQ(all.interval, std::chrono::seconds(30));
	EXPECT_EQ(all.output_file, "/var/log/metrics");
	EXPECT_EQ(metrics("{output_file: here}").output_file.front(), '/');
}

TEST_F(MetricsBlock, refuses_what_it_cannot_do)
{
	EXPECT_EQ(refused("{interval: 500ms}"),
		  "falco.yaml:1:21: metrics.interval: expected a second or more, found '500ms'");
	EXPECT_EQ(refused("{enabled: true}"),
		  "falco.yaml:1:10: metrics.enabled needs metrics.output_file: the file to write them to");
	EXPECT_EQ(refused("5"), "falco.yaml:1:10: metrics: expected a map of keys and values, found '5'");
}

} // namespace
} // namespace falco::host
