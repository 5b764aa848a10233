// What a URL's fragment asks of the request itself: "#ct=2000&rc=3" (TwiML reference, "Webhooks
// connection overrides").
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace cloudvno::voice {

struct FetchOptions {
  std::chrono::milliseconds connect_timeout{5'000};  // ct, 100 to 10,000
  std::chrono::milliseconds timeout{15'000};         // the shorter of rt and tt, 100 to 15,000
  int retries = 1;                                   // rc, 0 to 5
  bool on_4xx = false;                               // rp: 4xx, 5xx, ct, rt, all
  bool on_5xx = false;
  bool on_connect = true;
  bool on_read = false;
};

// Takes any text; what makes no sense is passed over, what is out of bounds brought to them.
FetchOptions parse_fetch_options(std::string_view fragment);

struct SplitUrl {
  std::string url;       // without the fragment, which is not sent
  std::string fragment;  // without '#'
};
SplitUrl split_fragment(std::string_view url);

}  // namespace cloudvno::voice
