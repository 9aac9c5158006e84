// SPDX-License-Identifier: Apache-2.0
//
// output-syslog: sends each alert to the local syslog daemon, with the rule's priority as the message's.
#include "syslog_socket.hpp"

#include <falco/plugin.hpp>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>
#include <sys/un.h>
#include <syslog.h>

namespace {

constexpr char kSchema[] = R"({
	"type": "object",
	"additionalProperties": false,
	"properties": {
		"facility": {
			"type": "string",
			"enum": ["user", "daemon", "auth", "authpriv", "local0", "local1", "local2", "local3", "local4", "local5",
				"local6", "local7"],
			"default": "user",
			"description": "the syslog facility of the messages"
		},
		"ident": {
			"type": "string",
			"pattern": "^[A-Za-z0-9._/-]{1,48}$",
			"default": "falco",
			"description": "the program name in front of each message"
		},
		"socket": {
			"type": "string",
			"pattern": "^/",
			"default": "/dev/log",
			"description": "path of the unix socket that the syslog daemon listens on"
		}
	}
})";

int facility_number(const std::string &name)
{
	if (name == "daemon") return LOG_DAEMON;
	if (name == "auth") return LOG_AUTH;
	if (name == "authpriv") return LOG_AUTHPRIV;
	constexpr std::string_view local = "local";
	if (name.compare(0, local.size(), local) == 0) return LOG_LOCAL0 + ((name.back() - '0') << 3);
	return LOG_USER;
}

// "Jun  7 10:20:05": now, in local time and in English, as syslog(3) does it.
std::string timestamp()
{
	static constexpr const char *months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
						 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	const time_t now = std::time(nullptr);
	tm local{};
	localtime_r(&now, &local);
	char text[64];
	std::snprintf(text, sizeof text, "%s %2d %02d:%02d:%02d", months[local.tm_mon], local.tm_mday, local.tm_hour,
		      local.tm_min, local.tm_sec);
	return text;
}

class Syslog final : public falco::Output {
public:
	Syslog(falco::Host host, std::string_view text) : Syslog(host, nlohmann::json::parse(text)) {}

	void write(const falco::Alert &alert) override
	{
		std::string message =
			"<" + std::to_string(facility_ | alert.priority()) + ">" + timestamp() + " " + ident_ + ": ";
		message += alert.line();
		switch (socket_.send(message, alert.raw().sequence)) {
		case SyslogSocket::Sent::all:
			break;
		case SyslogSocket::Sent::shortened:
			tell_shortened(alert);
			break;
		case SyslogSocket::Sent::failed:
			throw falco::RetryLater(last_error());
		}
	}

private:
	Syslog(falco::Host host, const nlohmann::json &config)
	    : host_(host), facility_(facility_number(config.at("facility").get<std::string>())),
	      ident_(config.at("ident").get<std::string>()), socket_(config.at("socket").get<std::string>())
	{
		if (socket_.path().size() >= sizeof sockaddr_un::sun_path) {
			throw falco::ConfigError(socket_.path() + ": too long for the path of a socket");
		}
		// No reason not to start: at boot the daemon may come up after falco.
		if (!socket_.connect())
			host_.log(FALCO_LOG_WARN, last_error() + "; alerts wait until there is a syslog daemon");
	}

	void tell_shortened(const falco::Alert &alert)
	{
		if (told_shortened_) return;
		told_shortened_ = true;
		host_.log(FALCO_LOG_WARN, std::string("an alert of rule ") + alert.rule() + " is too long for " +
						  socket_.path() + " and was truncated, as further ones will be");
	}

	std::string last_error() const { return socket_.path() + ": " + std::strerror(errno); }

	const falco::Host host_;
	const int facility_;
	const std::string ident_;
	SyslogSocket socket_;
	bool told_shortened_ = false;
};

} // namespace

FALCO_OUTPUT_PLUGIN(Syslog, FALCO_OUTPUT_BARE,
		    {"syslog", "1.0.0", "sends alerts to the local syslog daemon", nullptr, kSchema})
