// SPDX-License-Identifier: Apache-2.0
#include "tests/support/run_falco.hpp"
#include "tests/support/servers.hpp"
#include "tests/unit/outputs/plugin_under_test.hpp"

#include "host/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

namespace falco::host::test {

namespace {

using falco::test::free_port;
using falco::test::make_certificates;
using falco::test::Nginx;
using falco::test::ScriptedWebServer;
using falco::test::wait_for_lines;
using testing::EndsWith;
using testing::HasSubstr;

// A web server that answers as it is told.
class OutputHttp : public testing::Test {
protected:
	void serve(const std::string &answers)
	{
		server = std::make_unique<ScriptedWebServer>(dir.path(), answers, port);
	}
	std::unique_ptr<Output> create(nlohmann::json config = nlohmann::json::object())
	{
		config["url"] = "http://127.0.0.1:" + std::to_string(port) + "/alerts";
		return plugin.create(config);
	}
	std::vector<nlohmann::json> requests() const
	{
		std::vector<nlohmann::json> requests;
		for (const std::string &line : falco::test::lines_of(read_file(dir.file("requests"))))
			requests.push_back(nlohmann::json::parse(line));
		return requests;
	}
	std::vector<std::string> bodies(const std::string &status = "204") const
	{
		std::vector<std::string> bodies;
		for (const nlohmann::json &request : requests())
			if (request["status"] == status) bodies.push_back(request["body"]);
		return bodies;
	}

	PluginUnderTest plugin{"http"};
	TempDir dir;
	int port = free_port();
	std::unique_ptr<ScriptedWebServer> server;
};

} // namespace

TEST_F(OutputHttp, posts_each_alert_over_one_connection)
{
	serve("204");
	const auto output = create({{"headers", {{"X-Token", "secret"}}}});
	EXPECT_TRUE(write(*output, R"({"output":"text"})", 1).ok());
	EXPECT_TRUE(write(*output, "plain text", 2).ok());
	const auto got = requests();
	ASSERT_EQ(got.size(), 2u);
	EXPECT_EQ(got[0]["body"], R"({"output":"text"})");
	EXPECT_EQ(got[0]["path"], "/alerts");
	EXPECT_EQ(got[0]["content-type"], "application/json");
	EXPECT_EQ(got[0]["user-agent"], "falco/1.0.0");
	EXPECT_EQ(got[0]["x-token"], "secret");
	EXPECT_EQ(got[1]["content-type"], "text/plain; charset=utf-8");
	EXPECT_EQ(got[1]["connection"], got[0]["connection"]);
}

TEST_F(OutputHttp, follows_its_configuration)
{
	serve("204");
	const auto output = create({{"user_agent", "probe"}, {"compress_uploads", true}, {"keep_alive", false}});
	EXPECT_TRUE(write(*output, std::string(10000, 'x'), 1).ok());
	EXPECT_TRUE(write(*output, "y", 2).ok());
	const auto got = requests();
	ASSERT_EQ(got.size(), 2u);
	EXPECT_EQ(got[0]["body"], std::string(10000, 'x'));
	EXPECT_EQ(got[0]["content-encoding"], "gzip");
	EXPECT_LT(std::stoi(got[0]["content-length"].get<std::string>()), 200);
	EXPECT_EQ(got[0]["user-agent"], "probe");
	EXPECT_NE(got[1]["connection"], got[0]["connection"]);
}

TEST_F(OutputHttp, sends_those_that_wait_together)
{
	serve("204");
	const Batch batch({R"({"n":1})", "text \"2\"", R"({"n":3})"});
	size_t taken = 0;
	EXPECT_TRUE(create({{"body", "array"}, {"max_batch", 2}})->write_batch(batch.alerts(), taken).ok());
	EXPECT_EQ(taken, 3u);
	EXPECT_TRUE(create({{"body", "lines"}})->write_batch(batch.alerts(), taken).ok());
	EXPECT_EQ(taken, 3u);
	EXPECT_TRUE(create()->write_batch(batch.alerts(), taken).ok());
	EXPECT_EQ(taken, 3u);
	EXPECT_THAT(bodies(), testing::ElementsAre(R"([{"n":1},"text \"2\""])", R"([{"n":3}])",
						   "{\"n\":1}\ntext \"2\"\n{\"n\":3}\n", R"({"n":1})", "text \"2\"",
						   R"({"n":3})"));
}

TEST_F(OutputHttp, an_alert_is_delivered_only_when_the_server_says_so)
{
	serve("408\n500\n503\n200");
	const auto output = create();
	for (const char *status : {"408", "500", "503"}) {
		const Status result = write(*output, "text", 1);
		EXPECT_EQ(result.code, FALCO_ERR_RETRY);
		EXPECT_EQ(result.message, std::string("HTTP status ") + status + ": said the server ");
	}
	EXPECT_TRUE(write(*output, "text", 1).ok());
}

TEST_F(OutputHttp, waits_as_long_as_the_server_asks)
{
	serve("429 Retry-After:2\n204");
	const auto output = create();
	const auto begin = std::chrono::steady_clock::now();
	EXPECT_EQ(write(*output, "text", 1).message, "HTTP status 429: said the server ");
	EXPECT_EQ(write(*output, "text", 1).message, "the server asked to wait (Retry-After)");
	while (!write(*output, "text", 1).ok() && std::chrono::steady_clock::now() - begin < std::chrono::seconds(60))
		std::this_thread::yield();
	EXPECT_EQ(requests().size(), 2u); // nothing in between
	EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

TEST_F(OutputHttp, finds_the_alert_of_a_batch_that_the_server_refuses)
{
	serve("400-if:bad");
	const auto output = create({{"body", "lines"}});
	const Batch batch({"1", "2", "3", "4", "5", "bad", "7", "8"});
	size_t taken = 0;
	const Status status = output->write_batch(batch.alerts(), taken);
	EXPECT_EQ(status.code, FALCO_ERR_RETRY);
	EXPECT_EQ(status.message, "HTTP status 400: said the server ");
	EXPECT_EQ(taken, 5u);
	EXPECT_TRUE(output->write_batch(batch.alerts(6), taken).ok()); // the host has given it up
	EXPECT_EQ(taken, 2u);
	std::string all;
	for (const std::string &body : bodies())
		all += body;
	EXPECT_EQ(all, "1\n2\n3\n4\n5\n7\n8\n");
}

// Its alerts are delivered when the server has answered, not only when no other waits.
TEST_F(OutputHttp, has_nothing_to_flush)
{
	EXPECT_EQ(plugin.table()->output->flush, nullptr);
	EXPECT_NE(PluginUnderTest("kafka").table()->output->flush, nullptr);
}

TEST_F(OutputHttp, gives_up_an_alert_that_the_server_refuses_again_and_again)
{
	serve("400-if:bad");
	const auto output = create();
	for (int i = 1; i < 10; ++i)
		EXPECT_EQ(write(*output, "bad", 1).code, FALCO_ERR_RETRY) << i;
	EXPECT_EQ(write(*output, "bad", 1).code, FALCO_ERR_UNSUPPORTED);
	EXPECT_EQ(write(*output, "bad", 2).code, FALCO_ERR_RETRY); // another alert
	EXPECT_TRUE(write(*output, "good", 3).ok());
}

TEST_F(OutputHttp, never_gives_up_because_of_an_answer_that_is_not_about_the_alert)
{
	serve("404");
	const auto output = create();
	for (int i = 0; i < 20; ++i)
		EXPECT_EQ(write(*output, "text", 1).code, FALCO_ERR_RETRY);
}

TEST_F(OutputHttp, does_not_follow_to_another_place)
{
	serve("307 Location:http://127.0.0.1:" + std::to_string(port) + "/elsewhere");
	const auto output = create();
	EXPECT_EQ(write(*output, "text", 1).message,
		  "HTTP status 307 (redirections are not followed): said the server ");
	EXPECT_EQ(requests().size(), 1u);
}

TEST_F(OutputHttp, a_server_that_does_not_answer_is_tried_again)
{
	serve("hang");
	const auto output = create({{"timeout_ms", 200}});
	const Status status = write(*output, "text", 1);
	EXPECT_EQ(status.code, FALCO_ERR_RETRY);
	EXPECT_THAT(status.message, HasSubstr("timed out"));
}

TEST_F(OutputHttp, starts_without_a_server_and_finds_it_later)
{
	const auto output = create();
	const Status status = write(*output, "text", 1);
	EXPECT_EQ(status.code, FALCO_ERR_RETRY);
	EXPECT_THAT(status.message, HasSubstr("port " + std::to_string(port)));
	serve("204");
	EXPECT_TRUE(write(*output, "text", 1).ok());
	server.reset();
	EXPECT_EQ(write(*output, "text", 2).code, FALCO_ERR_RETRY);
	serve("204");
	EXPECT_TRUE(write(*output, "text", 2).ok());
	EXPECT_THAT(bodies(), testing::ElementsAre("text", "text"));
}

TEST_F(OutputHttp, refuses_settings_that_cannot_be)
{
	const nlohmann::json config{{"url", "https://127.0.0.1/"}};
	const auto with = [&](nlohmann::json more) {
		more.update(config);
		return plugin.refusal(more);
	};
	EXPECT_THAT(with({{"ca_cert", "/no/such.pem"}}), EndsWith("/no/such.pem: No such file or directory"));
	EXPECT_THAT(with({{"ca_path", "/no/such"}}), EndsWith("/no/such: No such file or directory"));
	EXPECT_THAT(with({{"client_cert", "/etc/hostname"}}),
		    EndsWith("client_cert and client_key belong together: one of them is missing"));
	EXPECT_THAT(with({{"mtls", true}}), EndsWith("mtls needs client_cert and client_key"));
	EXPECT_THAT(plugin.refusal({{"url", "http://127.0.0.1:99999999/"}}), HasSubstr("url: "));
}

TEST_F(OutputHttp, speaks_tls_with_a_certificate_of_its_own)
{
	make_certificates(dir.path());
	const Nginx nginx(dir.path());
	nlohmann::json config{{"url", "https://localhost:" + std::to_string(nginx.port()) + "/alerts"},
			      {"ca_cert", dir.file("ca.pem")},
			      {"client_cert", dir.file("client.pem")},
			      {"client_key", dir.file("client.key")}};
	EXPECT_TRUE(write(*plugin.create(config), R"({"output":"text"})", 1).ok());
	EXPECT_THAT(wait_for_lines(nginx.requests(), 1),
		    testing::ElementsAre("POST /alerts|application/json|falco/1.0.0|CN=client|"
					 "{\\x22output\\x22:\\x22text\\x22}"));

	config["mtls"] = false; // nginx wants a certificate
	EXPECT_THAT(write(*plugin.create(config), "x", 1).message, HasSubstr("HTTP status 400"));
	config["mtls"] = true;
	config["ca_cert"] = dir.file("stranger.pem");
	EXPECT_THAT(write(*plugin.create(config), "x", 1).message, HasSubstr("certificate"));
	config["insecure"] = true;
	EXPECT_TRUE(write(*plugin.create(config), "x", 1).ok());
}

TEST_F(OutputHttp, uses_a_renewed_certificate_when_it_is_opened_again)
{
	make_certificates(dir.path());
	const Nginx nginx(dir.path());
	std::filesystem::copy_file(dir.file("stranger.pem"), dir.file("trusted.pem"));
	const auto output = plugin.create({{"url", "https://127.0.0.1:" + std::to_string(nginx.port())},
					   {"ca_bundle", dir.file("trusted.pem")},
					   {"client_cert", dir.file("client.pem")},
					   {"client_key", dir.file("client.key")}});
	EXPECT_EQ(write(*output, "x", 1).code, FALCO_ERR_RETRY);
	std::filesystem::copy_file(dir.file("ca.pem"), dir.file("trusted.pem"),
				   std::filesystem::copy_options::overwrite_existing);
	EXPECT_EQ(write(*output, "x", 1).code, FALCO_ERR_RETRY);
	EXPECT_TRUE(output->reopen().ok());
	EXPECT_TRUE(write(*output, "x", 1).ok());
}

} // namespace falco::host::test
