import Subprocess
import Synchronization
package import SystemPackage

/// A real Erlang node that lives as long as the closure it is given to: ``withErlangNode(_:_:)``.
package struct ErlangNode: Sendable {
    package struct Configuration: Sendable {
        /// How others find the node's port.
        package enum Discovery: Sendable {
            /// The EPMD of this machine (shared by all tests, started with the first node, never stopped).
            case epmd
            /// The node listens on this port and cannot reach EPMD (`-start_epmd false -erl_epmd_port`; it would register with one that
            /// it can reach).
            case port(Int)
        }

        /// What comes before the `@`; unique on this machine unless set.
        package var name = "relift-test-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        package var host = "localhost"
        /// Whether the node takes `-name` and not `-sname`; the host then has to be an address or a full name.
        package var hasLongName = false
        package var cookie = "cookie-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        package var discovery = Discovery.epmd
        /// What starts `erl`, for instance `["chroot", "/otp27", "erl"]`, or the `erl` of a release.
        package var command = ["erl"]
        /// Further arguments of `erl`.
        package var arguments: [String] = []
        package var environment: [String: String] = [:]
        package var workingDirectory: FilePath?
        package var startTimeout: Duration = .seconds(60)

        package init() {}

        fileprivate var fullName: String { "\(self.name)@\(self.host)" }

        fileprivate var allArguments: [String] {
            var all =
                self.command.dropFirst() + [
                    "-noshell", "-noinput", "+S", "2", self.hasLongName ? "-name" : "-sname", self.fullName,
                    "-setcookie", self.cookie,
                ]
            if case .port(let port) = self.discovery {
                all += ["-start_epmd", "false", "-erl_epmd_port", String(port)]
            }
            return all + self.arguments + ["-eval", "io:put_chars(\"\(ErlangNode.readyMark)\\n\")."]
        }
    }

    /// The full name, `name@host`.
    package let name: String
    package let cookie: String
    package let processIdentifier: Int
    private let sendSignal: @Sendable (Signal) throws -> Void
    private let collected: Output

    /// What the node has written to standard output and standard error so far.
    package var output: String { self.collected.text }

    /// Ends the node at once, as a power failure would.
    package func kill() throws { try self.sendSignal(.kill) }

    /// Stops the node without ending it: its sockets stay open, it answers nothing.
    package func suspend() throws { try self.sendSignal(.suspend) }

    package func resume() throws { try self.sendSignal(.resume) }

    fileprivate static let readyMark = "relift-test-node-is-ready"

    fileprivate init(
        name: String, cookie: String, processIdentifier: Int, output: Output,
        sendSignal: @escaping @Sendable (Signal) throws -> Void
    ) {
        self.name = name
        self.cookie = cookie
        self.processIdentifier = processIdentifier
        self.collected = output
        self.sendSignal = sendSignal
    }

    /// Collects what the node writes, and wakes the one who waits for it to be ready.
    fileprivate final class Output: Sendable {
        private let bytes = Mutex<[UInt8]>([])
        private let ready = AsyncStream<Void>.makeStream()

        var text: String { self.bytes.withLock { String(decoding: $0, as: UTF8.self) } }

        func append(_ more: [UInt8]) {
            let isReady = self.bytes.withLock { bytes in
                bytes += more
                return String(decoding: bytes, as: UTF8.self).contains(ErlangNode.readyMark)
            }
            if isReady { self.ready.continuation.finish() }
        }

        func end() { self.ready.continuation.finish() }

        /// Returns when the node is ready, has ended, or the time is up.
        func waitUntilReady(_ time: Duration) async -> Bool {
            await withTaskGroup { group in
                group.addTask { for await _ in self.ready.stream {} }
                group.addTask { try? await Task.sleep(for: time) }
                await group.next()
                group.cancelAll()
            }
            return self.text.contains(ErlangNode.readyMark)
        }
    }
}

/// Starts a node, waits until it has booted, gives it to `body`, and kills it afterwards, whatever happened.
package func withErlangNode<Result: Sendable>(
    _ configuration: ErlangNode.Configuration = ErlangNode.Configuration(),
    _ body: (ErlangNode) async throws -> Result
) async throws -> Result {
    var options = PlatformOptions()
    options.processGroupID = 0
    var environment = configuration.environment
    // Port 1 is in use nowhere.
    if case .port = configuration.discovery { environment["ERL_EPMD_PORT"] = "1" }
    let overrides = environment.map { (Environment.Key(stringLiteral: $0.key), Optional($0.value)) }
    let outcome = try await run(
        .name(configuration.command[0]), arguments: Arguments(configuration.allArguments),
        environment: .inherit.updating(Dictionary(uniqueKeysWithValues: overrides)),
        workingDirectory: configuration.workingDirectory, platformOptions: options, input: .none, output: .sequence,
        error: .combinedWithOutput
    ) { execution in
        let output = ErlangNode.Output()
        let node = ErlangNode(
            name: configuration.fullName, cookie: configuration.cookie,
            processIdentifier: Int(execution.processIdentifier.value), output: output
        ) { signal in
            try execution.send(signal: signal, toProcessGroup: true)
        }
        // The node may be gone already: then there is nothing to end.
        defer { try? node.kill() }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for try await line in execution.standardOutput.strings() {
                    output.append(Array((line + "\n").utf8))
                }
                output.end()
            }
            guard await output.waitUntilReady(configuration.startTimeout) else {
                try? node.kill()
                throw OTPError(detail: "node \(node.name) did not start: \(output.text)")
            }
            do {
                let result = try await body(node)
                try? node.kill()
                return result
            } catch {
                try? node.kill()
                throw error
            }
        }
    }
    return outcome.closureResult
}
