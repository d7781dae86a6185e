package import Diagnostics

/// The arguments of a virtual machine as `vm.args` gives them (`erl -args_file`, `erlexec.c`).
///
/// White space separates arguments; `#` begins a comment, also in the middle of a word; `"…"` and `'…'` hold all
/// but their quote, without escapes; elsewhere a backslash takes the next character as it is. An argument that begins
/// with `-` is a **flag** of the Erlang system, one that begins with `+` a flag of the emulator; what follows up to the
/// next one are its values. Everything behind `-extra` is for the program alone.
package struct VMArguments: Hashable, Sendable {
    /// One word of the file.
    package struct Argument: Hashable, Sendable {
        package var text: String
        /// Where it is written, quotes included.
        package var range: ByteRange

        package init(_ text: String, range: ByteRange = .empty) {
            self.text = text
            self.range = range
        }
    }

    /// A flag with its values.
    package struct Flag: Hashable, Sendable {
        /// With its `-` or `+`.
        package var name: Argument
        package var values: [Argument]
    }

    /// In the order of the file.
    package var arguments: [Argument]

    package init(arguments: [Argument]) { self.arguments = arguments }

    package init(_ texts: [String]) { self.arguments = texts.map { Argument($0) } }

    /// Reads the file; nil after a finding of error severity.
    package static func read(_ source: SourceFile, _ diagnostics: inout [Diagnostic]) -> VMArguments? {
        var scanner = VMArgumentsScanner(source)
        let arguments = scanner.scan()
        diagnostics += scanner.diagnostics
        return scanner.diagnostics.hasErrors ? nil : VMArguments(arguments: arguments)
    }

    /// One flag with its values a line, quoted where needed.
    package static func write(_ arguments: VMArguments) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, argument) in arguments.arguments.enumerated() {
            let beginsFlag =
                argument.text.utf8.first.map { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") } ?? false
            if index > 0 { bytes.append(beginsFlag ? UInt8(ascii: "\n") : UInt8(ascii: " ")) }
            bytes += self.quoted(argument.text)
        }
        if !bytes.isEmpty { bytes.append(UInt8(ascii: "\n")) }
        return bytes
    }

    /// Text that reads back as this argument.
    private static func quoted(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        let isPlain = !bytes.isEmpty && bytes.allSatisfy { !VMArgumentsScanner.isSpecial($0) }
        if isPlain { return bytes }
        for quote in [UInt8(ascii: "\""), UInt8(ascii: "'")] where !bytes.contains(quote) {
            return [quote] + bytes + [quote]
        }
        return bytes.flatMap { VMArgumentsScanner.isSpecial($0) ? [UInt8(ascii: "\\"), $0] : [$0] }
    }
}

extension VMArguments: CustomStringConvertible, CustomReflectable {
    /// The flags without their values, among which may be the cookie.
    package var description: String { self.flags.map(\.name.text).joined(separator: " ") }
    package var customMirror: Mirror { Mirror(self, children: ["flags": self.description]) }
}

// MARK: - Flags

extension VMArguments {
    /// The flags before `-extra`.
    package var flags: [Flag] {
        var flags: [Flag] = []
        var isFlagOpen = false
        /// Values that the launcher takes whatever they look like.
        var owed = 0
        for argument in self.arguments {
            if owed > 0, isFlagOpen {
                flags[flags.count - 1].values.append(argument)
                owed -= 1
                continue
            }
            let text = argument.text
            if text == "-extra" { break }
            if text == "--" {
                isFlagOpen = false
            } else if text.utf8.count > 1, text.hasPrefix("-") || text.hasPrefix("+") {
                flags.append(Flag(name: argument, values: []))
                isFlagOpen = true
                owed = text == "-env" ? 2 : 0
            } else if isFlagOpen {
                flags[flags.count - 1].values.append(argument)
            }
        }
        return flags
    }

    /// All flags of a name, which is given with its `-` or `+`.
    package func flags(named name: String) -> [Flag] { self.flags.filter { $0.name.text == name } }

    /// The first value of the first flag of a name.
    package func value(of name: String) -> String? {
        self.flags(named: name).lazy.compactMap(\.values.first?.text).first
    }

    /// `-name`: the long name, with or without host.
    package var longName: String? { self.value(of: "-name") }
    /// `-sname`: the short name, with or without host.
    package var shortName: String? { self.value(of: "-sname") }

    /// `-setcookie Cookie`: the cookie for all nodes. A secret: never print it.
    package var cookie: String? {
        self.flags(named: "-setcookie").lazy.first { $0.values.count == 1 }?.values[0].text
    }

    /// `-args_file`: further files of arguments, whose contents belong in the place of the flag.
    package var argumentFiles: [Argument] { self.flags(named: "-args_file").compactMap(\.values.first) }

    /// A parameter of an application given as `-App Parameter Value`; the value is the text of an Erlang term. The last
    /// one wins.
    package func parameter(_ name: String, of application: String) -> Argument? {
        var result: Argument?
        for flag in self.flags(named: "-\(application)") {
            var index = 0
            while index + 1 < flag.values.count {
                if flag.values[index].text == name { result = flag.values[index + 1] }
                index += 2
            }
        }
        return result
    }

    /// The ports the node listens on for other nodes: `-kernel inet_dist_listen_min` and `inet_dist_listen_max`; with a
    /// minimum alone, that one port. `-erl_epmd_port` (EPMD-less distribution) comes before both. Nil when any port may
    /// be taken.
    package var listenPorts: ClosedRange<UInt16>? {
        if let port = self.value(of: "-erl_epmd_port").flatMap({ UInt16($0) }) { return port...port }
        let minimum = self.parameter("inet_dist_listen_min", of: "kernel").flatMap { UInt16($0.text) }
        let maximum = self.parameter("inet_dist_listen_max", of: "kernel").flatMap { UInt16($0.text) }
        guard let minimum else { return nil }
        return minimum...max(minimum, maximum ?? minimum)
    }

    /// False with `-start_epmd false`, `-no_epmd` or `-erl_epmd_port`: the node is not registered with EPMD.
    package var usesEPMD: Bool {
        self.value(of: "-start_epmd") != "false" && self.flags(named: "-no_epmd").isEmpty
            && self.value(of: "-erl_epmd_port") == nil
    }

    /// True with `-proto_dist inet_tls` or `inet6_tls`.
    package var usesTLS: Bool { ["inet_tls", "inet6_tls"].contains(self.value(of: "-proto_dist")) }

    /// `-ssl_dist_optfile`: the options of TLS distribution.
    package var tlsOptionsFile: String? { self.value(of: "-ssl_dist_optfile") }
}
