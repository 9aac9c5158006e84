// SPDX-License-Identifier: Apache-2.0
//
// output-syslog: sends each alert to the local syslog daemon or to a server, with the rule's priority as the message's.
#include "remote_server.hpp"
#include "rfc5424.hpp"
#include "syslog_socket.hpp"
#include "udp_socket.hpp"

#include <falco/plugin.hpp>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <memory>
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
		},
		"server": {
			"type": "string",
			"pattern": "^[A-Za-z0-9.:_-]*$",
			"default": "",
			"description": "name or address of a server that gets the messages (RFC 5424) in place of the local daemon"
		},
		"port": {
			"type": "integer", "minimum": 0, "maximum": 65535, "default": 0,
			"description": "the server's port; 0: 514, with tls 6514"
		},
		"protocol": {
			"type": "string",
			"enum": ["udp", "tcp", "tls"],
			"default": "tcp",
			"description": "how the server is spoken to; udp loses messages without a sign"
		},
		"structured_data": {
			"type": "string",
			"pattern": "^([A-Za-z0-9._-]{1,20}(@[0-9.]{1,11})?)?$",
			"default": "",
			"description": "name of a structured-data element with the alert's id, rule, source and tags, such as falco@32473; empty: none"
		},
		"tls": {
			"type": "object",
			"additionalProperties": false,
			"default": {},
			"description": "files for the protocol tls, in PEM",
			"properties": {
				"ca": {"type": "string", "pattern": "^(/.*)?$", "default": "", "description": "what the server's certificate is checked against; empty: the system's"},
				"cert": {"type": "string", "pattern": "^(/.*)?$", "default": "", "description": "falco's certificate; empty: none"},
				"key": {"type": "string", "pattern": "^(/.*)?$", "default": "", "description": "the key to it"},
				"verify": {"type": "boolean", "default": true, "description": "check the server's certificate and its name"}
			}
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

// Where messages go.
class Channel {
public:
	virtual ~Channel() = default;
	// Throws RetryLater. True: the message was too long and cut.
	virtual bool write(const falco::Alert &alert) = 0;
	virtual void flush() {}
	virtual void reopen() {}
	virtual std::string name() const = 0;

protected:
	Channel() = default;
	Channel(const Channel &) = delete;
	Channel &operator=(const Channel &) = delete;
};

// The daemon of this machine, as syslog(3) speaks to it.
class LocalChannel final : public Channel {
public:
	LocalChannel(falco::Host host, const nlohmann::json &config, int facility)
	    : facility_(facility), ident_(config.value("ident", "falco")), socket_(config.value("socket", "/dev/log"))
	{
		if (name().size() >= sizeof sockaddr_un::sun_path)
			throw falco::ConfigError(name() + ": too long for the path of a socket");
		// No reason not to start: at boot the daemon may come up after falco.
		if (!socket_.connect())
			host.log(FALCO_LOG_WARN, last_error() + "; alerts wait until there is a syslog daemon");
	}

	bool write(const falco::Alert &alert) override
	{
		std::string message =
			"<" + std::to_string(facility_ | alert.priority()) + ">" + timestamp() + " " + ident_ + ": ";
		message += alert.line();
		const Sent sent = socket_.send(message, alert.raw().id);
		if (sent == Sent::failed) throw falco::RetryLater(last_error());
		return sent == Sent::shortened;
	}

	std::string name() const override { return socket_.path(); }

private:
	std::string last_error() const { return name() + ": " + std::strerror(errno); }

	const int facility_;
	const std::string ident_;
	SyslogSocket socket_;
};

class UdpChannel final : public Channel {
public:
	UdpChannel(Rfc5424 format, const std::string &server, const std::string &port)
	    : format_(std::move(format)), name_(server + ":" + port), socket_(server, port)
	{
	}
	bool write(const falco::Alert &alert) override { return socket_.send(format_.message(alert)); }
	std::string name() const override { return name_; }

private:
	const Rfc5424 format_;
	const std::string name_;
	UdpSocket socket_;
};

class StreamChannel final : public Channel {
public:
	StreamChannel(Rfc5424 format, RemoteServer::Address address)
	    : format_(std::move(format)), server_(std::move(address))
	{
	}
	bool write(const falco::Alert &alert) override
	{
		server_.send(format_.message(alert), alert.raw().id);
		return false;
	}
	void flush() override { server_.confirm(); }
	void reopen() override
	{
		server_.confirm();
		try {
			server_.renew();
		} catch (const falco::ConfigError &e) {
			throw falco::RetryLater(e.what());
		}
	}
	std::string name() const override { return server_.name(); }

private:
	const Rfc5424 format_;
	RemoteServer server_;
};

falco::TlsFiles tls_files(const nlohmann::json &tls)
{
	falco::TlsFiles files;
	const std::string authority = tls.value("ca", "");
	if (!authority.empty()) files.authorities.push_back(authority);
	files.certificate = tls.value("cert", "");
	files.key = tls.value("key", "");
	files.verify = tls.value("verify", true);
	if (files.certificate.empty() != files.key.empty())
		throw falco::ConfigError("tls.cert and tls.key belong together: one of them is missing");
	return files;
}

std::unique_ptr<Channel> make_channel(falco::Host host, const nlohmann::json &config)
{
	const int facility = facility_number(config.value("facility", "user"));
	const std::string server = config.value("server", "");
	const std::string protocol = config.value("protocol", "tcp");
	if (server.empty()) {
		if (protocol == "tls")
			host.log(FALCO_LOG_WARN, "protocol: tls has no effect without server: alerts go to the daemon "
						 "of this machine");
		return std::make_unique<LocalChannel>(host, config, facility);
	}

	const int port = config.value("port", 0);
	const std::string port_text = port != 0 ? std::to_string(port) : protocol == "tls" ? "6514" : "514";
	Rfc5424 format{facility, config.value("ident", "falco"), config.value("structured_data", "")};
	if (protocol == "udp") return std::make_unique<UdpChannel>(std::move(format), server, port_text);
	RemoteServer::Address address{server, port_text, protocol == "tls",
				      tls_files(config.value("tls", nlohmann::json::object()))};
	return std::make_unique<StreamChannel>(std::move(format), std::move(address));
}

class Syslog final : public falco::Output {
public:
	Syslog(falco::Host host, std::string_view config)
	    : host_(host), channel_(make_channel(host, nlohmann::json::parse(config)))
	{
	}

	void write(const falco::Alert &alert) override
	{
		if (channel_->write(alert)) tell_shortened(alert);
	}
	void flush() override { channel_->flush(); }
	void reopen() override { channel_->reopen(); }

private:
	void tell_shortened(const falco::Alert &alert)
	{
		if (told_shortened_) return;
		told_shortened_ = true;
		host_.log(FALCO_LOG_WARN, std::string("an alert of rule ") + alert.rule() + " is too long for " +
						  channel_->name() + " and was truncated, as further ones will be");
	}

	const falco::Host host_;
	const std::unique_ptr<Channel> channel_;
	bool told_shortened_ = false;
};

} // namespace

FALCO_OUTPUT_PLUGIN(Syslog, FALCO_OUTPUT_BARE,
		    {"syslog", "1.1.0", "sends alerts to the local syslog daemon or a syslog server", nullptr, kSchema})
