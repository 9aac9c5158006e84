// SPDX-License-Identifier: Apache-2.0
//
// output-http: sends alerts to a web server with POST. An alert is delivered when the server has answered 2xx.
#include "curl_handle.hpp"
#include "request_body.hpp"

#include <falco/plugin.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr char kSchema[] = R"({
	"type": "object",
	"additionalProperties": false,
	"required": ["url"],
	"properties": {
		"url": {"type": "string", "pattern": "^https?://[^ ]+$", "description": "where alerts are sent to"},
		"user_agent": {"type": "string", "default": "", "description": "what the server is told; empty: falco/VERSION"},
		"headers": {
			"type": "object", "default": {}, "additionalProperties": {"type": "string", "pattern": "^[^\r\n]*$"},
			"description": "further header lines by their names"
		},
		"body": {
			"type": "string", "enum": ["single", "array", "lines"], "default": "single",
			"description": "single: a request for each alert; array, lines: those that wait go together, as a JSON array or one a line"
		},
		"max_batch": {
			"type": "integer", "minimum": 1, "maximum": 100000, "default": 500,
			"description": "the most alerts in one request"
		},
		"compress_uploads": {"type": "boolean", "default": false, "description": "send the body in gzip"},
		"keep_alive": {"type": "boolean", "default": true, "description": "use one connection for many requests"},
		"timeout_ms": {
			"type": "integer", "minimum": 1, "maximum": 3600000, "default": 5000,
			"description": "how long a request may take, connecting included"
		},
		"insecure": {"type": "boolean", "default": false, "description": "do not check the server's certificate"},
		"ca_cert": {
			"type": "string", "pattern": "^(/.*)?$", "default": "",
			"description": "PEM file with the certificate that the server's is checked against; empty: the system's"
		},
		"ca_bundle": {"type": "string", "pattern": "^(/.*)?$", "default": "", "description": "PEM file with several such certificates"},
		"ca_path": {"type": "string", "pattern": "^(/.*)?$", "default": "", "description": "folder of such certificates, prepared by c_rehash"},
		"mtls": {
			"type": "boolean",
			"description": "whether client_cert and client_key are used; by default they are when they are given"
		},
		"client_cert": {"type": "string", "pattern": "^(/.*)?$", "default": "", "description": "PEM file with falco's certificate"},
		"client_key": {"type": "string", "pattern": "^(/.*)?$", "default": "", "description": "PEM file with the key to it"},
		"proxy": {"type": "string", "default": "", "description": "URL of a proxy; the environment's is not used"}
	}
})";

using Clock = std::chrono::steady_clock;

constexpr size_t kShownAnswer = 200; // bytes of what the server says
constexpr int kMostRefusals = 10;    // of one alert by a server that says what is wrong is the alert

BodyForm body_form(const nlohmann::json &config)
{
	const std::string name = config.value("body", "single");
	return name == "array" ? BodyForm::array : name == "lines" ? BodyForm::lines : BodyForm::single;
}

falco::TlsFiles tls_files(const nlohmann::json &config)
{
	falco::TlsFiles files;
	files.verify = !config.value("insecure", false);
	for (const char *key : {"ca_cert", "ca_bundle"}) {
		const std::string file = config.value(key, "");
		if (!file.empty()) files.authorities.push_back(file);
	}
	files.authority_folder = config.value("ca_path", "");
	files.certificate = config.value("client_cert", "");
	files.key = config.value("client_key", "");
	if (files.certificate.empty() != files.key.empty())
		throw falco::ConfigError("client_cert and client_key belong together: one of them is missing");
	if (config.value("mtls", !files.certificate.empty())) {
		if (files.certificate.empty()) throw falco::ConfigError("mtls needs client_cert and client_key");
	} else {
		files.certificate.clear();
		files.key.clear();
	}
	return files;
}

class Http final : public falco::BatchOutput {
public:
	Http(falco::Host host, std::string_view config)
	    : host_(host), config_(nlohmann::json::parse(config)), form_(body_form(config_)),
	      max_batch_(form_ == BodyForm::single ? 1 : config_.value("max_batch", size_t{500})), batch_(max_batch_),
	      curl_(connection())
	{
	}

	void write_batch(const falco::Alerts &alerts, size_t &taken) override
	{
		while (taken < alerts.size()) {
			if (not_before_ && Clock::now() < *not_before_)
				throw falco::RetryLater("the server asked to wait (Retry-After)");
			not_before_.reset();
			std::vector<std::string_view> lines;
			for (size_t i = taken; i < alerts.size() && lines.size() < batch_; ++i)
				lines.push_back(alerts[i].line());
			const long status = post(lines);
			if (status / 100 == 2) {
				taken += lines.size();
				batch_ = std::min(batch_ * 2, max_batch_);
			} else {
				refused(status, lines.size(), alerts[taken].raw().id);
			}
		}
	}

	// Certificates may have been renewed.
	void reopen() override
	{
		try {
			curl_ = connection();
		} catch (const std::exception &e) {
			throw falco::RetryLater(e.what());
		}
	}

private:
	std::unique_ptr<falco::CurlHandle> connection()
	{
		auto curl = std::make_unique<falco::CurlHandle>();
		const std::string url = config_.at("url").get<std::string>();
		if (const CURLUcode code = check_url(url); code != CURLUE_OK)
			throw falco::ConfigError(std::string("url: ") + curl_url_strerror(code));
		curl->set(CURLOPT_URL, url.c_str());
		curl->set(CURLOPT_PROTOCOLS_STR, "http,https");
		curl->set(CURLOPT_FOLLOWLOCATION, 0L); // alerts and credentials go to this server alone
		curl->set(CURLOPT_PROXY, config_.value("proxy", "").c_str());
		curl->set(CURLOPT_TIMEOUT_MS, config_.value("timeout_ms", 5000L));
		const std::string agent = config_.value("user_agent", "");
		curl->set(CURLOPT_USERAGENT,
			  agent.empty() ? (std::string("falco/") + host_.version()).c_str() : agent.c_str());
		curl->set(CURLOPT_FORBID_REUSE, config_.value("keep_alive", true) ? 0L : 1L);
		curl->set(CURLOPT_TCP_KEEPALIVE, 1L);
		curl->set(CURLOPT_WRITEDATA, this);
		curl->set(CURLOPT_WRITEFUNCTION, &Http::keep_answer);
		curl->use(tls_files(config_));
		return curl;
	}

	static CURLUcode check_url(const std::string &url)
	{
		CURLU *parsed = curl_url();
		const CURLUcode code = curl_url_set(parsed, CURLUPART_URL, url.c_str(), 0);
		curl_url_cleanup(parsed);
		return code;
	}

	// The server's answer to a request with these alerts.
	long post(const std::vector<std::string_view> &lines)
	{
		std::string body = request_body(form_, lines);
		const bool packed = config_.value("compress_uploads", false);
		if (packed) body = gzip(body);

		curl_slist *headers = nullptr;
		const auto add = [&headers](const std::string &line) {
			if (curl_slist *longer = curl_slist_append(headers, line.c_str())) headers = longer;
		};
		add(std::string("Content-Type: ") + content_type(form_, lines));
		add("Expect:"); // no asking first whether a body may be sent
		if (packed) add("Content-Encoding: gzip");
		const nlohmann::json further = config_.value("headers", nlohmann::json::object());
		for (const auto &[name, value] : further.items())
			add(name + ": " + value.get<std::string>());
		const std::unique_ptr<curl_slist, void (*)(curl_slist *)> freed(headers, curl_slist_free_all);

		answer_.clear();
		curl_->set(CURLOPT_HTTPHEADER, headers);
		curl_->set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
		curl_->set(CURLOPT_POSTFIELDS, body.c_str());
		const CURLcode code = curl_easy_perform(curl_->get());
		curl_easy_setopt(curl_->get(), CURLOPT_HTTPHEADER, nullptr);
		curl_easy_setopt(curl_->get(), CURLOPT_POSTFIELDS, nullptr);
		if (code != CURLE_OK) throw falco::RetryLater(curl_->text_of(code));
		long status = 0;
		curl_easy_getinfo(curl_->get(), CURLINFO_RESPONSE_CODE, &status);
		return status;
	}

	// Always throws, but for a batch that may succeed in parts. `id`: of the first alert.
	void refused(long status, size_t count, const char *id)
	{
		curl_off_t wait = 0;
		curl_easy_getinfo(curl_->get(), CURLINFO_RETRY_AFTER, &wait);
		if (wait > 0) not_before_ = Clock::now() + std::chrono::seconds(std::min<curl_off_t>(wait, 86400));
		const bool is_busy = status / 100 == 5 || status == 408 || status == 425 || status == 429;
		if (!is_busy && count > 1) {
			batch_ = count / 2; // one of these alerts may be the reason, or that they are so many
			return;
		}
		std::string text = "HTTP status " + std::to_string(status);
		if (status / 100 == 3) text += " (redirections are not followed)";
		if (!answer_.empty()) text += ": " + answer_;
		const bool is_about_alert = status == 400 || status == 413 || status == 422;
		if (is_about_alert && is_hopeless(id)) throw falco::Unsupported(text);
		throw falco::RetryLater(text);
	}

	bool is_hopeless(const char *id)
	{
		refusals_ = refused_id_ == id ? refusals_ + 1 : 1;
		refused_id_ = id;
		return refusals_ >= kMostRefusals;
	}

	static size_t keep_answer(char *data, size_t, size_t size, void *self)
	{
		std::string &answer = static_cast<Http *>(self)->answer_;
		for (size_t i = 0; i < size && answer.size() < kShownAnswer; ++i)
			answer += data[i] < ' ' || data[i] == '\x7f' ? ' ' : data[i]; // char is signed: no UTF-8 either
		return size;
	}

	const falco::Host host_;
	const nlohmann::json config_;
	const BodyForm form_;
	const size_t max_batch_;
	size_t batch_; // how many are sent together now: fewer while the server refuses some
	std::unique_ptr<falco::CurlHandle> curl_;
	std::string answer_;
	std::optional<Clock::time_point> not_before_;
	std::string refused_id_; // of the alert that the server refused last
	int refusals_ = 0;       // in a row
};

} // namespace

FALCO_OUTPUT_PLUGIN(Http, 0, {"http", "1.0.0", "sends alerts to a web server", nullptr, kSchema})
