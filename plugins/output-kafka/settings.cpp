// SPDX-License-Identifier: Apache-2.0
#include "settings.hpp"

#include <falco/plugin.hpp>

#include <array>
#include <string>

const char kKafkaSchema[] = R"({
	"type": "object",
	"additionalProperties": false,
	"required": ["brokers", "topic"],
	"properties": {
		"brokers": {
			"type": ["string", "array"], "minLength": 1, "minItems": 1,
			"items": {"type": "string", "minLength": 1},
			"description": "some of the cluster's brokers, HOST:PORT; the others are learnt from them"
		},
		"topic": {
			"type": "string", "pattern": "^[A-Za-z0-9._-]{1,249}$",
			"description": "the topic that alerts are written to"
		},
		"key": {
			"type": "string", "enum": ["host", "rule", "none"], "default": "host",
			"description": "what the message's key is; alerts of one key are in one partition, and so in order"
		},
		"acks": {
			"type": "string", "enum": ["all", "1", "0"], "default": "all",
			"description": "who has stored an alert before it is delivered: all replicas in sync, the leader, or nobody"
		},
		"idempotent": {
			"type": "boolean",
			"description": "whether the cluster drops repeats that a broken connection causes; default: with acks all"
		},
		"linger_ms": {
			"type": "number", "minimum": 0, "maximum": 900000, "default": 5,
			"description": "how long an alert waits for others to go with it"
		},
		"batch_kb": {
			"type": "integer", "minimum": 1, "maximum": 1000000, "default": 1000,
			"description": "the most that goes to a partition in one request, in KiB"
		},
		"compression": {
			"type": "string", "enum": ["none", "gzip", "snappy", "lz4", "zstd"], "default": "lz4",
			"description": "how batches are packed"
		},
		"client_id": {"type": "string", "default": "falco", "description": "what the brokers call falco in their logs"},
		"librdkafka": {
			"type": "object", "default": {},
			"additionalProperties": {"type": ["string", "number", "boolean"]},
			"description": "further settings of librdkafka by its own names, such as security.protocol"
		}
	}
})";

namespace {

// What falco can hold for a broker that is away, besides the queue of the host. librdkafka's own default is 1 GB.
constexpr const char *kMostKiB = "65536";

// What is set by the plugin's own keys, and what must be so for an alert to count as delivered only when it is.
constexpr std::array kOwn = {"bootstrap.servers",
			     "metadata.broker.list",
			     "acks",
			     "request.required.acks",
			     "enable.idempotence",
			     "linger.ms",
			     "queue.buffering.max.ms",
			     "batch.size",
			     "compression.codec",
			     "compression.type",
			     "client.id",
			     "message.timeout.ms",
			     "delivery.timeout.ms",
			     "enable.gapless.guarantee",
			     "delivery.report.only.error",
			     "message.send.max.retries",
			     "retries",
			     "transactional.id"};

std::string text_of(const nlohmann::json &value)
{
	return value.is_string() ? value.get<std::string>() : value.dump();
}

void set(rd_kafka_conf_t *conf, const std::string &name, const std::string &value, const std::string &key)
{
	char error[256];
	if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), error, sizeof error) != RD_KAFKA_CONF_OK)
		throw falco::ConfigError(key + ": " + error);
}

std::string joined(const nlohmann::json &brokers)
{
	if (brokers.is_string()) return brokers.get<std::string>();
	std::string list;
	for (const nlohmann::json &broker : brokers)
		list += (list.empty() ? "" : ",") + broker.get<std::string>();
	return list;
}

} // namespace

KafkaConf kafka_conf(const nlohmann::json &config)
{
	KafkaConf conf(rd_kafka_conf_new());
	const std::string acks = config.value("acks", "all");
	const bool idempotent = config.value("idempotent", acks == "all");
	if (idempotent && acks != "all") throw falco::ConfigError("idempotent needs acks: all, not " + acks);
	// Whether and when to give an alert up is the host's decision; and repeats keep their order.
	set(conf.get(), "message.timeout.ms", "0", "librdkafka");
	set(conf.get(), "queue.buffering.max.kbytes", kMostKiB, "librdkafka");
	set(conf.get(), "reconnect.backoff.max.ms", "2000", "librdkafka");
	const nlohmann::json further = config.value("librdkafka", nlohmann::json::object());
	for (const auto &[name, value] : further.items()) {
		for (const char *own : kOwn)
			if (name == own)
				throw falco::ConfigError("librdkafka: " + name +
							 " cannot be set here; see the plugin's own keys");
		set(conf.get(), name, text_of(value), "librdkafka");
	}
	set(conf.get(), "bootstrap.servers", joined(config.at("brokers")), "brokers");
	set(conf.get(), "acks", acks, "acks");
	set(conf.get(), "enable.idempotence", idempotent ? "true" : "false", "idempotent");
	set(conf.get(), "linger.ms", text_of(config.value("linger_ms", nlohmann::json(5))), "linger_ms");
	set(conf.get(), "batch.size", std::to_string(config.value("batch_kb", 1000) * 1024LL), "batch_kb");
	set(conf.get(), "compression.codec", config.value("compression", "lz4"), "compression");
	set(conf.get(), "client.id", config.value("client_id", "falco"), "client_id");
	return conf;
}
