// Documents over HTTP.
#include "connectors/document_client/document_client.hpp"

#include "connectors/document_client/failure.hpp"

namespace cloudvno::document_client {

using voice::DocumentFailure;

net::Task<std::expected<http::Response, DocumentFailure>> DocumentClient::fetch(
    voice::DocumentRequest request) {
  auto url = http::Url::parse(request.url);
  if (!url) co_return std::unexpected(DocumentFailure{bad_url, "The URL is not valid.", false});
  if (!url->https && !allow_http_) {
    co_return std::unexpected(
        DocumentFailure{bad_url, "This platform fetches from https URLs only.", false});
  }
  http::OutgoingRequest outgoing;
  outgoing.url = std::move(*url);
  outgoing.method = std::move(request.method);
  outgoing.headers = std::move(request.headers);
  outgoing.headers.set("User-Agent", "CloudVNO/1");
  outgoing.headers.set("Accept", "*/*");
  outgoing.headers.set("Accept-Encoding", "identity");
  outgoing.body = std::move(request.body);
  outgoing.timeout = request.timeout;
  outgoing.connect_timeout = request.connect_timeout;
  outgoing.max_response_bytes = request.most_bytes;
  auto answer = co_await client_.send(std::move(outgoing));
  if (!answer) co_return std::unexpected(failure_of(answer.error()));
  // Of other statuses the body is not read.
  const auto coding = answer->headers.value("Content-Encoding");
  if (answer->status / 100 == 2 && !coding.empty() &&
      !http::equal_ignoring_case(coding, "identity")) {
    co_return std::unexpected(
        DocumentFailure{protocol, "The answer is compressed, which was not asked for.", false});
  }
  co_return std::move(*answer);
}

}  // namespace cloudvno::document_client
