import NIOCore
import NIOPosix
import Testing

@testable import WebRequests

@Suite struct WebRequestTests {
    @Test(arguments: [
        ("http://127.0.0.1/", "127.0.0.1", 80, "/", "127.0.0.1"), ("http://shop:8080", "shop", 8080, "/", "shop:8080"),
        ("HTTPS://shop/health?deep=1#top", "shop", 443, "/health?deep=1", "shop"),
        ("http://[::1]:81/a", "::1", 81, "/a", "[::1]:81"), ("http://shop?q", "shop", 80, "/?q", "shop"),
    ])
    func addressesAreTakenApart(text: String, host: String, port: Int, target: String, header: String) throws {
        let address = try #require(WebAddress(text))
        #expect(address.host == host && address.port == port && address.target == target)
        #expect(address.hostHeader == header)
        #expect(address.isEncrypted == text.lowercased().hasPrefix("https"))
    }

    @Test(arguments: [
        "", "http://", "http:///x", "ftp://shop/", "shop", "http://shop:0/", "http://shop:65536/", "http://shop:+1/",
        "http://shop:a/", "http://user:secret@shop/", "http://a b/", "http://shop/\r\nX: y", "http://[::1/",
        "http://::1/",
        "http://[::1]x/", "http://shop:/",
    ])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(WebAddress(text) == nil)
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200),
        ("HTTP/1.1 204 No Content\r\n\r\n", 204),
        ("HTTP/1.0 503 Busy\r\n\r\nwait", 503),
        ("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", 302),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 200),
    ])
    func theStatusIsThatOfTheAnswer(answer: String, status: Int) async throws {
        #expect(try await ask(answering: answer) == status)
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\nok", WebRequestError.brokenOff),
        ("", .brokenOff),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n" + String(repeating: "x", count: 3000),
            .tooLarge(limit: 2000)
        ),
    ])
    func anAnswerThatIsNotWholeIsNone(answer: String, error: WebRequestError) async throws {
        await #expect(throws: error) { try await ask(answering: answer) }
    }

    @Test(arguments: ["SSH-2.0-OpenSSH_9.2\r\n", "\u{16}\u{3}\u{1}", "HTTP/1.1 abc\r\n\r\n"])
    func whatDoesNotSpeakHTTPIsSaidSo(answer: String) async throws {
        do {
            _ = try await ask(answering: answer)
            Issue.record("it has a status")
        } catch let error as WebRequestError {
            switch error {
            case .notHTTP, .brokenOff: break
            case .notAnAddress, .noConnection, .timedOut, .tooLarge: Issue.record("\(error)")
            }
        }
    }

    @Test func aServerThatSaysNothingTakesNoLongerThanTheLimit() async throws {
        let clock = ContinuousClock()
        let start = clock.now
        await #expect(throws: WebRequestError.timedOut(.milliseconds(300))) {
            try await ask(answering: nil, within: .milliseconds(300))
        }
        #expect(clock.now - start < .seconds(10))
    }

    @Test func aClosedPortIsNoConnection() async throws {
        let address = try #require(WebAddress("http://127.0.0.1:1/"))
        do {
            _ = try await WebRequest(address).status()
            Issue.record("somebody answers on port 1")
        } catch {
            guard case .noConnection = error else {
                Issue.record("\(error)")
                return
            }
        }
    }
}

/// Asks a server that reads a request, answers with these bytes and closes; with nil it says nothing.
private func ask(answering text: String?, within time: Duration = .seconds(5)) async throws -> Int {
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(Answerer(text))
            }
        }
        .bind(host: "127.0.0.1", port: 0).get()
    defer { server.close(promise: nil) }
    let port = try #require(server.localAddress?.port)
    let address = try #require(WebAddress("http://127.0.0.1:\(port)/health"))
    return try await WebRequest(address, timeLimit: time, sizeLimit: 2000).status()
}

private final class Answerer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let text: String?

    init(_ text: String?) { self.text = text }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let text else { return }
        context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        context.close(promise: nil)
    }
}
