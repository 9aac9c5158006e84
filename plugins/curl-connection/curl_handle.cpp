// SPDX-License-Identifier: Apache-2.0
#include "curl_handle.hpp"

#include <falco/plugin.hpp>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <new>
#include <sstream>
#include <stdexcept>
#include <unistd.h>

namespace falco {

namespace {

std::string content_of(const std::string &path)
{
	std::ifstream file(path);
	std::ostringstream content;
	if (!file || !(content << file.rdbuf()))
		throw ConfigError(path + ": " + std::strerror(errno ? errno : ENODATA));
	return content.str();
}

curl_blob blob_of(const std::string &content)
{
	return {const_cast<char *>(content.data()), content.size(), CURL_BLOB_COPY};
}

} // namespace

CurlHandle::CurlHandle() : CurlHandle(nullptr)
{
	curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(handle_, CURLOPT_PROXY, "");
}

CurlHandle::CurlHandle(CURL *handle) : handle_(handle)
{
	curl_global_init(CURL_GLOBAL_DEFAULT); // counts how often
	if (!handle_) handle_ = curl_easy_init();
	if (!handle_) {
		curl_global_cleanup();
		throw std::runtime_error("libcurl cannot be set up");
	}
	curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, error_);
}

std::unique_ptr<CurlHandle> CurlHandle::copy() const
{
	CURL *const handle = curl_easy_duphandle(handle_);
	if (!handle) throw std::bad_alloc();
	return std::unique_ptr<CurlHandle>(new CurlHandle(handle));
}

CurlHandle::~CurlHandle()
{
	curl_easy_cleanup(handle_);
	curl_global_cleanup();
}

void CurlHandle::use(const TlsFiles &files)
{
	set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
	set(CURLOPT_SSL_VERIFYPEER, files.verify ? 1L : 0L);
	set(CURLOPT_SSL_VERIFYHOST, files.verify ? 2L : 0L);
	std::string authorities;
	for (const std::string &file : files.authorities)
		authorities += content_of(file) + '\n';
	if (!authorities.empty()) {
		curl_blob blob = blob_of(authorities);
		set(CURLOPT_CAINFO_BLOB, &blob);
	}
	if (!files.authority_folder.empty()) {
		if (::access(files.authority_folder.c_str(), R_OK | X_OK) != 0)
			throw ConfigError(files.authority_folder + ": " + std::strerror(errno));
		if (files.authorities.empty()) set(CURLOPT_CAINFO, static_cast<char *>(nullptr));
		set(CURLOPT_CAPATH, files.authority_folder.c_str());
	}
	if (files.certificate.empty()) return;
	const std::string certificate = content_of(files.certificate), key = content_of(files.key);
	curl_blob certificate_blob = blob_of(certificate), key_blob = blob_of(key);
	set(CURLOPT_SSLCERT_BLOB, &certificate_blob);
	set(CURLOPT_SSLKEY_BLOB, &key_blob);
}

std::string CurlHandle::text_of(CURLcode code) const
{
	return error_[0] != '\0' ? error_ : curl_easy_strerror(code);
}

void CurlHandle::check(CURLcode code)
{
	if (code != CURLE_OK) throw std::runtime_error(std::string("libcurl: ") + curl_easy_strerror(code));
}

} // namespace falco
