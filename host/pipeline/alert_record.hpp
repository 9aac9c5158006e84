// SPDX-License-Identifier: Apache-2.0
//
// Alerts as bytes that outlive falco: a record of the spool. Little-endian: 4 bytes CRC-32 of all that follows, 1 byte
// version, then the members in the order in which encode_record writes them; a text is its length in 4 bytes, its bytes
// and a NUL, and a length of all ones is no text.
#pragma once

#include "host/pipeline/parcel.hpp"

#include <string>

namespace falco::host {

// Replaces `record`.
void encode_record(const falco_alert &alert, std::string &record);

// Makes the view of a parcel from its record. False when the record is damaged, or of a version not known here.
bool decode_record(Parcel &parcel);

} // namespace falco::host
