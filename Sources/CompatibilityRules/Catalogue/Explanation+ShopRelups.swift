import Diagnostics
import ReleaseModel

/// What the examples of rules about relups have in common.
extension Explanation.File {
    /// A `relup` whose script up is given; the one down exchanges the module `shop`.
    static func shopRelup(_ up: String...) -> Self { self.shopRelup(up) }

    fileprivate static func shopRelup(_ up: [String]) -> Self {
        .relup(up: up, down: .loadingShop("1"))
    }
}

extension Explanation.Example {
    /// A hop of assembled releases with a relup whose script up is given.
    static func shopRelup(_ files: [Explanation.File], _ up: String...) -> Self {
        .assembled(files + [Explanation.File.shopRelup(up)])
    }
}

extension String {
    static let readShop = #"{load_object_code,{shop,"2",[shop]}}"#
    static let noReturn = "point_of_no_return"
    static let loadShop = "{load,{shop,brutal_purge,brutal_purge}}"
}

extension [String] {
    /// The script that loads the module `shop` of a version.
    static func loadingShop(_ version: String) -> Self {
        ["{load_object_code,{shop,\"\(version)\",[shop]}}", .noReturn, .loadShop]
    }
}

extension [Explanation.File] {
    /// Two versions of the application `shop` with one module, of which an appup exchanges the code.
    static let twoShops: [Explanation.File] = [
        .source("shop", "1", "shop", "-export([price/0]).", "price() -> 1."),
        .source("shop", "2", "shop", "-export([price/0]).", "price() -> 2."),
        .loadingAppup("shop"),
    ]

    /// Two versions of a server `shop` that is the child of a supervisor `shop_sup`.
    static let twoServers = Self.servers("1") + Self.servers("2") + [Explanation.File.updatingAppup("shop")]

    private static func servers(_ version: String) -> [Explanation.File] {
        Self.tree(version) + [Explanation.File.server("shop", version)]
    }

    /// An application `shop` with the supervisor `shop_sup`, which has the children that are given.
    static func tree(
        _ version: String, children: String = "#{id => shop, start => {shop,start_link,[]}}", flags: String = "",
        modules: [String] = ["shop", "shop_app", "shop_sup"]
    ) -> [Explanation.File] {
        [
            .application("shop", version, modules: modules, ["{mod,{shop_app,[]}}"]),
            .source(
                "shop", version, "shop_app", "-behaviour(application).", "-export([start/2, stop/1]).",
                "start(_, _) -> shop_sup:start_link().", "stop(_) -> ok."),
            .source(
                "shop", version, "shop_sup", "-behaviour(supervisor).", "-export([start_link/0, init/1]).",
                "start_link() -> supervisor:start_link({local,shop_sup}, shop_sup, []).",
                "init([]) -> {ok, {#{\(flags)}, [\(children)]}}."),
        ]
    }
}

extension Explanation.File {
    /// A `gen_server` in the application of its own name, which answers its version or something else.
    static func server(_ module: String, _ version: String, answer: String? = nil) -> Self {
        .source(
            module, version, module, "-behaviour(gen_server).",
            "-export([start_link/0, init/1, handle_call/3, handle_cast/2, code_change/3]).",
            "start_link() -> gen_server:start_link({local,\(module)}, \(module), [], []).", "init([]) -> {ok, 0}.",
            "handle_call(_, _, Count) -> {reply, \(answer ?? version), Count}.",
            "handle_cast(_, Count) -> {noreply, Count}.", "code_change(_, Count, _) -> {ok, Count}.")
    }

    /// An appup of `shop` 2 that loads modules both ways.
    static func loadingAppup(_ modules: String...) -> Self {
        .appup("shop", "2", both: modules.map { "{load_module,\($0)}" })
    }

    /// An appup of `shop` 2 that updates modules both ways.
    static func updatingAppup(_ modules: String...) -> Self {
        .appup("shop", "2", both: modules.map { "{update,\($0),{advanced,[]}}" })
    }

    static func appup(_ name: String, _ version: String, both script: [String]) -> Self {
        let script = "[{\"1\",[\(script.joined(separator: ","))]}]"
        return .appup(name, version, "{\"\(version)\",\n \(script),\n \(script)}.")
    }
}
