import ArgumentParser
import Glibc

extension Console.Format: ExpressibleByArgument {}

enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never
}

/// The options every command has (contract, section 3).
struct OutputOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How the result is written: text or json.", valueName: "format"))
    var format: Console.Format = .text

    @OptionGroup var display: DisplayOptions

    var console: Console { self.display.console(self.format) }
}

/// Those among them that do not depend on the forms a command's result has.
struct DisplayOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Colour on standard error: auto, always or never.", valueName: "when"))
    var color: ColorChoice = .auto

    @Flag(name: .shortAndLong, help: "Only errors and the result.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "More about what is done.")
    var verbose = false

    func console(_ format: Console.Format) -> Console {
        let usesColor =
            switch self.color {
            case .always: true
            case .never: false
            case .auto:
                Console.standardErrorIsTerminal && Self.variable("NO_COLOR") == nil && Self.variable("TERM") != "dumb"
            }
        return Console(format: format, usesColor: usesColor, isQuiet: self.quiet, isVerbose: self.verbose)
    }

    private static func variable(_ name: String) -> String? {
        ProcessEnvironment.variable(name).flatMap { $0.isEmpty ? nil : $0 }
    }
}
