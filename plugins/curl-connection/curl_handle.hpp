// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>
#include <vector>

namespace falco {

// Who is trusted and who this side is. Paths are absolute; empty ones are not used.
struct TlsFiles {
	std::vector<std::string> authorities; // files of PEM certificates; none: those of the system
	std::string authority_folder;         // as c_rehash makes it
	std::string certificate;              // of this side, PEM, with those between it and an authority
	std::string key;                      // to it
	bool verify = true;                   // the server's certificate and that it is this server's
};

// A libcurl handle that uses nothing but what it is told: no proxy of the environment, no signals. One thread at a
// time.
class CurlHandle {
public:
	CurlHandle();
	~CurlHandle();
	CurlHandle(const CurlHandle &) = delete;
	CurlHandle &operator=(const CurlHandle &) = delete;

	// Another handle with the same settings and no connection.
	std::unique_ptr<CurlHandle> copy() const;

	CURL *get() const { return handle_; }

	// Throws std::runtime_error when libcurl does not know the option.
	template <typename Value>
	void set(CURLoption option, Value value)
	{
		check(curl_easy_setopt(handle_, option, value));
	}

	// Reads the files now: later on falco may no longer be allowed to. Throws ConfigError with the file's name.
	void use(const TlsFiles &files);

	// What libcurl says of a failure.
	std::string text_of(CURLcode code) const;

private:
	explicit CurlHandle(CURL *handle); // takes it

	static void check(CURLcode code);

	CURL *handle_;
	char error_[CURL_ERROR_SIZE] = {};
};

} // namespace falco
