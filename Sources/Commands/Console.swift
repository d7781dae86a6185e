import Diagnostics
import Glibc

/// The two streams of a run: results on standard output, everything else on standard error.
///
/// The only place that prints.
struct Console: Sendable {
    enum Format: String, Sendable, CaseIterable {
        case text, json
    }

    var format: Format
    /// Colour on standard error; colour never carries meaning alone.
    var usesColor: Bool
    var isQuiet: Bool
    var isVerbose: Bool

    /// Writes the result of the command.
    func result(_ text: String) { Self.write(text, to: STDOUT_FILENO) }

    /// Writes the result of the command, exactly these bytes.
    func result(_ bytes: [UInt8]) { Self.write(bytes, to: STDOUT_FILENO) }

    /// A line about what is going on; not with `--quiet`.
    func progress(_ line: String) {
        guard !self.isQuiet else { return }
        Self.write(line + "\n", to: STDERR_FILENO)
    }

    /// A line for someone who waits; not with `--quiet`, nor where a machine keeps what is written (`CI`).
    func waiting(_ line: String) {
        guard ProcessEnvironment.variable("CI").map(\.isEmpty) ?? true else { return }
        self.progress(line)
    }

    /// Whether somebody looks on while work is done.
    var showsProgress: Bool {
        !self.isQuiet && Self.standardErrorIsTerminal && ProcessEnvironment.variable("CI").map(\.isEmpty) ?? true
            && ProcessEnvironment.variable("TERM") != "dumb"
    }

    /// Writes over the line that the cursor is in, which stays there.
    static func overwrite(_ line: String) {
        self.write("\r" + line.prefix(self.terminalWidth - 1) + "\u{1b}[K", to: STDERR_FILENO)
    }

    /// A line for those who asked for more.
    func detail(_ line: String) {
        guard self.isVerbose else { return }
        Self.write(line + "\n", to: STDERR_FILENO)
    }

    /// Something that must be said even with `--quiet`.
    func failure(_ line: String) { Self.write(line + "\n", to: STDERR_FILENO) }

    /// Findings, most severe first in the order found, as text on standard error.
    ///
    /// What two releases share, such as an application, may have been looked at twice: nothing is said twice.
    func report(_ findings: [Diagnostic]) {
        let shown = self.isQuiet ? findings.filter { $0.severity == .error } : findings
        guard !shown.isEmpty else { return }
        Self.write(self.renderer.render(shown), to: STDERR_FILENO)
    }

    /// How findings become text for who reads standard error.
    var renderer: TextRenderer { TextRenderer(usesColor: self.usesColor, width: Self.terminalWidth) }

    /// How findings become text where they are the result of a command: without colour, since results are often piped.
    var resultRenderer: TextRenderer { TextRenderer(usesColor: false, width: self.resultWidth) }

    /// Columns for text on standard output.
    var resultWidth: Int { Self.columns(STDOUT_FILENO) }

    /// Columns for text on standard error.
    static var terminalWidth: Int { Self.columns(STDERR_FILENO) }

    /// `COLUMNS` where it is set to a number, else the columns of the stream's terminal; 100 where there is none.
    private static func columns(_ stream: Int32) -> Int {
        if let columns = ProcessEnvironment.variable("COLUMNS").flatMap({ Int($0) }), columns > 0 { return columns }
        var size = winsize()
        // The kernel fills the structure that we own and lend for the call.
        guard unsafe ioctl(stream, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
        return Int(size.ws_col)
    }

    static var resultIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    static var standardErrorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    private static func write(_ text: String, to descriptor: Int32) {
        self.write(Array(text.utf8), to: descriptor)
    }

    /// Writes all the bytes; false when the stream takes no more.
    @discardableResult
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            // The pointer is used only inside the call, for the bytes it was made of.
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}
