/* What the test needs of libsmpp34, whose own headers define the names of our enumerators as macros. */
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The PDU read and written again by libsmpp34: its length, or -1 where it cannot. */
int libsmpp34_repack(const uint8_t* pdu, int length, uint8_t* out, int room);

/* What libsmpp34 read in a submit_sm or deliver_sm. */
struct libsmpp34_message {
  uint32_t command_id, sequence_number;
  char service_type[6], source_addr[21], destination_addr[21], validity_period[17];
  uint8_t source_addr_ton, dest_addr_npi, esm_class, registered_delivery, data_coding, sm_length;
  uint8_t short_message[254];
  int tlvs;
  uint16_t last_tag, last_length;
};
int libsmpp34_read(const uint8_t* pdu, int length, struct libsmpp34_message* out);

const char* libsmpp34_fault(void);

#ifdef __cplusplus
}
#endif
