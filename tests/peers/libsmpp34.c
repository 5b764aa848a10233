/* Calls into libsmpp34 (Debian's libsmpp34-dev). */
#include "libsmpp34.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include <libsmpp34/smpp34_structs.h>
#include <libsmpp34/smpp34_params.h>

enum { submit_sm = 4, deliver_sm = 5, submit_multi = 0x21, alert_notification = 0x102, data_sm = 0x103 };

union any {
  submit_sm_t submit_sm;
  submit_multi_t submit_multi;
  submit_multi_resp_t submit_multi_resp;
  deliver_sm_t deliver_sm;
  data_sm_t data_sm;
  alert_notification_t alert;
  bind_transceiver_resp_t bind_resp;
  bind_transceiver_t bind;
  replace_sm_t replace_sm;
  cancel_sm_t cancel_sm;
  query_sm_resp_t query_sm_resp;
};

static void release(union any* pdu) {
  switch (pdu->submit_sm.command_id) {
    case submit_sm:
      destroy_tlv(pdu->submit_sm.tlv);
      break;
    case deliver_sm:
      destroy_tlv(pdu->deliver_sm.tlv);
      break;
    case data_sm:
      destroy_tlv(pdu->data_sm.tlv);
      break;
    case alert_notification:
      destroy_tlv(pdu->alert.tlv);
      break;
    case submit_multi:
      destroy_tlv(pdu->submit_multi.tlv);
      destroy_dad(pdu->submit_multi.dest_addr_def);
      break;
    case 0x80000021:
      destroy_udad(pdu->submit_multi_resp.unsuccess_smes);
      break;
    case 0x80000001:
    case 0x80000002:
    case 0x80000009:
      destroy_tlv(pdu->bind_resp.tlv);
      break;
    default:
      break;
  }
}

int libsmpp34_repack(const uint8_t* pdu, int length, uint8_t* out, int room) {
  union any* read = calloc(1, sizeof *read);
  int written = -1;
  if (smpp34_unpack2(read, pdu, length) == 0 && smpp34_pack2(out, room, &written, read) != 0) written = -1;
  release(read);
  free(read);
  return written;
}

int libsmpp34_read(const uint8_t* pdu, int length, struct libsmpp34_message* out) {
  union any* any = calloc(1, sizeof *any);
  const submit_sm_t* read = &any->submit_sm;
  const tlv_t* tlv;
  int answer = smpp34_unpack2(any, pdu, length);
  memset(out, 0, sizeof *out);
  if (answer == 0 && read->command_id == submit_sm) {
    out->command_id = read->command_id;
    out->sequence_number = read->sequence_number;
    memcpy(out->service_type, read->service_type, sizeof out->service_type);
    memcpy(out->source_addr, read->source_addr, sizeof out->source_addr);
    memcpy(out->destination_addr, read->destination_addr, sizeof out->destination_addr);
    memcpy(out->validity_period, read->validity_period, sizeof out->validity_period);
    out->source_addr_ton = read->source_addr_ton;
    out->dest_addr_npi = read->dest_addr_npi;
    out->esm_class = read->esm_class;
    out->registered_delivery = read->registered_delivery;
    out->data_coding = read->data_coding;
    out->sm_length = read->sm_length;
    memcpy(out->short_message, read->short_message, sizeof out->short_message);
    smpp34_tlv_for_each(tlv, read->tlv) {
      out->last_tag = tlv->tag;
      out->last_length = tlv->length;
      ++out->tlvs;
    }
  }
  release(any);
  free(any);
  return answer;
}

const char* libsmpp34_fault(void) { return smpp34_strerror; }
