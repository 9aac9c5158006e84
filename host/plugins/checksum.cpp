// SPDX-License-Identifier: Apache-2.0
//
// The only place that uses OpenSSL.
#include "host/plugins/checksum.hpp"

#include "host/error.hpp"

#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>

namespace falco::host {

std::string sha256_of_file(const std::string &path)
{
	std::ifstream file(path, std::ios::binary);
	if (!file) throw Error(path + " cannot be read: " + std::strerror(errno));
	const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
	bool fine = context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
	std::array<char, 65536> block;
	while (fine && file) {
		file.read(block.data(), block.size());
		fine = EVP_DigestUpdate(context.get(), block.data(), static_cast<size_t>(file.gcount())) == 1;
	}
	std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
	unsigned size = 0;
	fine = fine && !file.bad() && EVP_DigestFinal_ex(context.get(), digest.data(), &size) == 1;
	if (!fine)
		throw Error(path + ": its SHA-256 cannot be computed (libcrypto refused, or the file cannot be read)");
	std::string text;
	for (unsigned i = 0; i < size; ++i) {
		text += "0123456789abcdef"[digest[i] >> 4];
		text += "0123456789abcdef"[digest[i] & 15];
	}
	return text;
}

} // namespace falco::host
