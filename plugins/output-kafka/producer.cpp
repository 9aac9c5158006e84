// SPDX-License-Identifier: Apache-2.0
#include "producer.hpp"

#include <chrono>
#include <syslog.h>
#include <utility>

namespace {

constexpr int kPatienceMs = 1000; // of one call, where the cluster is slow
constexpr int kStepMs = 20;
constexpr size_t kMostFailed = 1000;
constexpr const char *kIdHeader = "falco-id";

// The cluster says so of a batch that it will never take, for the sake of one message or of all of them together.
bool is_refusal(rd_kafka_resp_err_t code)
{
	return code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE || code == RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE ||
	       code == RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE || code == RD_KAFKA_RESP_ERR_INVALID_RECORD;
}

std::string id_of(const rd_kafka_message_t *message)
{
	rd_kafka_headers_t *headers = nullptr;
	const void *value = nullptr;
	size_t size = 0;
	if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR ||
	    rd_kafka_header_get_last(headers, kIdHeader, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR)
		return {};
	return {static_cast<const char *>(value), size};
}

} // namespace

KafkaProducer::KafkaProducer(falco::Host host, KafkaConf conf, std::string topic)
    : host_(host), conf_(std::move(conf)), topic_(std::move(topic))
{
	rd_kafka_conf_set_opaque(conf_.get(), this);
	rd_kafka_conf_set_dr_msg_cb(conf_.get(), delivered);
	rd_kafka_conf_set_log_cb(conf_.get(), told);
	rd_kafka_conf_set_error_cb(conf_.get(), erred);
	// Shows what does not go together, and files that cannot be read. The one that is used is made with the first
	// message: its threads are then born without the privileges that falco has given up.
	try {
		start();
	} catch (const falco::RetryLater &e) {
		throw falco::ConfigError(e.what());
	}
	stop();
}

KafkaProducer::~KafkaProducer()
{
	stop();
}

void KafkaProducer::start()
{
	if (kafka_) return;
	char error[512];
	KafkaConf conf(rd_kafka_conf_dup(conf_.get()));
	kafka_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), error, sizeof error);
	if (!kafka_) throw falco::RetryLater(error);
	[[maybe_unused]] const rd_kafka_conf_t *its_own_now = conf.release();
}

void KafkaProducer::stop()
{
	if (!kafka_) return;
	// What is not acknowledged comes back through delivered().
	rd_kafka_purge(kafka_, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
	rd_kafka_flush(kafka_, kPatienceMs);
	rd_kafka_destroy(kafka_);
	kafka_ = nullptr;
}

void KafkaProducer::restart()
{
	stop();
}

void KafkaProducer::produce(const Message &message)
{
	start();
	rd_kafka_poll(kafka_, 0);
	if (!try_suspects())
		throw falco::RetryLater("alerts before this one are not acknowledged" +
					(last_error_.empty() ? "" : ": " + last_error_));
	produce_failed();
	if (hand_over(message)) return;
	rd_kafka_poll(kafka_, kPatienceMs / 2);
	if (!hand_over(message))
		throw falco::RetryLater("no room for more alerts that the cluster has not acknowledged" +
					(last_error_.empty() ? "" : ": " + last_error_));
}

bool KafkaProducer::hand_over(const Message &message)
{
	const rd_kafka_resp_err_t code = rd_kafka_producev(
		kafka_, RD_KAFKA_V_TOPIC(topic_.c_str()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
		RD_KAFKA_V_KEY(message.is_keyed ? message.key.data() : nullptr,
			       message.is_keyed ? message.key.size() : 0),
		RD_KAFKA_V_VALUE(const_cast<char *>(message.value.data()), message.value.size()),
		RD_KAFKA_V_TIMESTAMP(message.time_ms),
		RD_KAFKA_V_HEADER(kIdHeader, message.id.data(), static_cast<ssize_t>(message.id.size())),
		RD_KAFKA_V_END);
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return true;
	if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) return false;
	// It is librdkafka itself that refuses: so will it always.
	if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
		throw falco::Unsupported(std::string(rd_kafka_err2str(code)) + " (librdkafka: message.max.bytes)");
	// Of a topic that was refused librdkafka would not ask for minutes, and after a fatal error never.
	restart();
	throw falco::RetryLater(rd_kafka_err2str(code));
}

void KafkaProducer::produce_failed()
{
	while (!failed_.empty()) {
		const Message message = std::move(failed_.front());
		failed_.pop_front();
		bool taken = false;
		try {
			taken = hand_over(message);
		} catch (...) {
			failed_.push_front(message);
			throw;
		}
		if (taken) continue;
		failed_.push_front(message);
		if (failed_.size() >= kMostFailed) throw falco::RetryLater(last_error_);
		return;
	}
}

bool KafkaProducer::try_suspects()
{
	if (suspects_.empty() && !is_suspect_underway_) return true;
	wait_for_cluster();
	while (!suspects_.empty() && rd_kafka_outq_len(kafka_) == 0) {
		if (!hand_over(suspects_.front())) return false;
		suspects_.pop_front();
		is_suspect_underway_ = true;
		wait_for_cluster();
	}
	return suspects_.empty() && !is_suspect_underway_;
}

void KafkaProducer::confirm()
{
	if (!kafka_ && failed_.empty() && suspects_.empty() && refusals_.empty()) return;
	start();
	if (try_suspects()) produce_failed();
	wait_for_cluster();
	try_suspects();
	if (!refusals_.empty()) {
		const std::string refusal = std::move(refusals_.front());
		refusals_.pop_front();
		throw falco::Unsupported(refusal);
	}
	const size_t waiting = static_cast<size_t>(rd_kafka_outq_len(kafka_)) + failed_.size() + suspects_.size();
	char fatal[256];
	if (rd_kafka_fatal_error(kafka_, fatal, sizeof fatal) != RD_KAFKA_RESP_ERR_NO_ERROR) {
		last_error_ = fatal;
		restart();
	}
	if (waiting > 0)
		throw falco::RetryLater(std::to_string(waiting) + (waiting == 1 ? " alert is" : " alerts are") +
					" not acknowledged" + (last_error_.empty() ? "" : ": " + last_error_));
}

void KafkaProducer::wait_for_cluster()
{
	using Clock = std::chrono::steady_clock;
	const auto deadline = Clock::now() + std::chrono::milliseconds(kPatienceMs);
	do {
		// No use in waiting for a cluster that is known to be away: librdkafka goes on trying by itself.
		if (rd_kafka_flush(kafka_, kStepMs) == RD_KAFKA_RESP_ERR_NO_ERROR) return;
	} while (!is_away_ && failed_.empty() && Clock::now() < deadline);
}

void KafkaProducer::delivered(rd_kafka_t *, const rd_kafka_message_t *message, void *self)
{
	auto &producer = *static_cast<KafkaProducer *>(self);
	const bool is_alone = std::exchange(producer.is_suspect_underway_, false);
	if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
		producer.is_away_ = false;
		producer.last_error_.clear();
		return;
	}
	const bool purged =
		message->err == RD_KAFKA_RESP_ERR__PURGE_QUEUE || message->err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
	if (!purged) producer.last_error_ = rd_kafka_err2str(message->err);
	const bool is_refused = is_refusal(message->err);
	if (is_refused && is_alone) {
		producer.refusals_.push_back(producer.last_error_);
		return;
	}
	rd_kafka_timestamp_type_t type;
	(is_refused ? producer.suspects_ : producer.failed_)
		.push_back({std::string(static_cast<const char *>(message->key), message->key_len),
			    message->key != nullptr,
			    std::string(static_cast<const char *>(message->payload), message->len), id_of(message),
			    rd_kafka_message_timestamp(message, &type)});
}

// [librdkafka's threads]
void KafkaProducer::told(const rd_kafka_t *kafka, int level, const char *facility, const char *text)
{
	const auto &producer = *static_cast<const KafkaProducer *>(rd_kafka_opaque(kafka));
	producer.host_.log(level <= LOG_INFO ? FALCO_LOG_INFO : FALCO_LOG_DEBUG,
			   std::string("librdkafka: ") + facility + ": " + text);
}

// [worker] From within poll and flush.
void KafkaProducer::erred(rd_kafka_t *, int code, const char *reason, void *self)
{
	auto &producer = *static_cast<KafkaProducer *>(self);
	if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) producer.is_away_ = true;
	producer.last_error_ = reason;
}
