import CompatibilityRules
import ErlangTerms
import ReleaseModel

/// The modules that a script exchanges, in the order in which it does, and which of them calls which.
struct ModuleGraph {
    struct Node: Equatable {
        let module: Atom
        let application: String
        /// From 1: the how-manieth exchange of the script it is.
        let order: Int
        /// The window it is suspended in or exchanged in, from 1; nil outside of all.
        let window: Int?
        /// `loaded` or `removed`.
        let result: String
    }

    /// The numbers of two nodes, from 0: one calls the other.
    struct Edge: Hashable {
        let from: Int
        let to: Int
    }

    let title: String
    let nodes: [Node]
    let edges: [Edge]

    init(_ run: ScriptRun, title: String) {
        let windows = run.windows
        let exchanges = run.exchanges.compactMap { module, exchanges in exchanges.first.map { (module, $0) } }
            .sorted { ($0.1.step, $0.0) < ($1.1.step, $1.0) }
        self.title = title
        self.nodes = exchanges.enumerated().map { number, exchange in
            let (module, first) = exchange
            return Node(
                module: module,
                application: (run.target.modules[module] ?? run.source.modules[module])?.application.name ?? "",
                order: number + 1,
                window: windows.firstIndex { $0.suspended.contains(module) || $0.exchanged.contains(module) }
                    .map { $0 + 1 },
                result: first.result == .removed ? "removed" : "loaded")
        }
        let numbers = Dictionary(
            uniqueKeysWithValues: exchanges.enumerated().map { ($1.0, $0) })
        var edges: Set<Edge> = []
        for (module, number) in numbers {
            guard let facts = (run.target.modules[module] ?? run.source.modules[module])?.facts else { continue }
            for called in Set(facts.imports.map(\.module)) {
                if let other = numbers[called], other != number { edges.insert(Edge(from: number, to: other)) }
            }
        }
        self.edges = edges.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
    }

    // MARK: - DOT

    /// For Graphviz.
    var dot: String {
        var lines = [
            "digraph upgrade {", "  label=\(Self.quoted(self.title));", "  rankdir=LR;", "  node [shape=box];",
        ]
        for (number, node) in self.nodes.enumerated() {
            let window = node.window.map { ", window \($0)" } ?? ""
            let style = node.result == "removed" ? ", style=dashed" : node.window == nil ? "" : ", style=bold"
            lines.append(
                "  n\(number) [label=\(Self.quoted("\(node.order). \(node.module.name)\n\(node.application)\(window)"))\(style)];"
            )
        }
        lines += self.edges.map { "  n\($0.from) -> n\($0.to);" }
        return (lines + ["}"]).joined(separator: "\n") + "\n"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    // MARK: - SVG

    private enum Layout {
        static let row = 26
        static let top = 56
        static let left = 24
        static let character = 8
    }

    /// The modules from top to bottom in the order of their exchange; an arc leads from each to those that it calls.
    var svg: String {
        let labels = self.nodes.map { "\($0.order). \($0.module.name)  (\($0.application))" }
        let textWidth = (labels.map(\.unicodeScalars.count).max() ?? 0) * Layout.character
        let arcs = Layout.left + textWidth + 16
        let reach = self.edges.map { abs($0.to - $0.from) }.max() ?? 0
        let width = max(arcs + min(reach, 40) * 9 + 60, 320)
        let legend = [
            "box: suspended together", "arc: a call, the dot is the callee", "top to bottom: order of the exchange",
        ]
        let height = Layout.top + self.nodes.count * Layout.row + legend.count * 16 + 16
        var parts = [
            #"<svg xmlns="http://www.w3.org/2000/svg" width="\#(width)" height="\#(height)" "#
                + #"viewBox="0 0 \#(width) \#(height)" font-family="monospace" font-size="13">"#,
            "<title>\(Self.escaped(self.title))</title>",
            #"<rect width="100%" height="100%" fill="white"/>"#,
            #"<text x="\#(Layout.left)" y="28" font-weight="bold">\#(Self.escaped(self.title))</text>"#,
        ]
        parts += self.windowBoxes(width: textWidth)
        for (number, label) in labels.enumerated() {
            let dash = self.nodes[number].result == "removed" ? #" text-decoration="line-through""# : ""
            parts.append(
                #"<text x="\#(Layout.left)" y="\#(Self.y(number) + 5)"\#(dash)>\#(Self.escaped(label))</text>"#)
        }
        parts += self.edges.map { edge in
            let (start, end) = (Self.y(edge.from), Self.y(edge.to))
            let bend = arcs + 14 + min(abs(edge.to - edge.from), 40) * 9
            // Below: what is called was exchanged later.
            let color = edge.to > edge.from ? "sienna" : "steelblue"
            return #"<path d="M\#(arcs) \#(start) C\#(bend) \#(start) \#(bend) \#(end) \#(arcs + 6) \#(end)" "#
                + #"fill="none" stroke="\#(color)"/><circle cx="\#(arcs + 4)" cy="\#(end)" r="2.5" fill="\#(color)"/>"#
        }
        parts += legend.enumerated().map { number, line in
            let place = #"x="\#(Layout.left)" y="\#(height - (legend.count - number) * 16)""#
            return #"<text \#(place) font-size="11" fill="dimgray">\#(line)</text>"#
        }
        return (parts + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    private static func y(_ number: Int) -> Int { Layout.top + number * Layout.row }

    private func windowBoxes(width: Int) -> [String] {
        let windows = Set(self.nodes.compactMap(\.window)).sorted()
        return windows.compactMap { window in
            let members = self.nodes.indices.filter { self.nodes[$0].window == window }
            guard let first = members.first, let last = members.last else { return nil }
            let height = (last - first + 1) * Layout.row
            return #"<rect x="\#(Layout.left - 10)" y="\#(Self.y(first) - 13)" width="\#(width + 16)" "#
                + #"height="\#(height)" rx="5" fill="aliceblue" stroke="lightsteelblue"/>"#
        }
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\"": result += "&quot;"
            // Not allowed in XML, and no part of a name that anybody reads.
            case "\u{0}"..."\u{1f}": result += "?"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
