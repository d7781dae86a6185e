%% Owns the listening socket, so that an acceptor can die, or be replaced, without refusing anybody.
-module(tally_listener).
-behaviour(gen_server).

-export([start_link/0, socket/0, port/0]).
-export([init/1, handle_call/3, handle_cast/2]).

start_link() ->
    gen_server:start_link({local, ?MODULE}, ?MODULE, [], []).

-spec socket() -> gen_tcp:socket().
socket() ->
    gen_server:call(?MODULE, socket).

-spec port() -> inet:port_number().
port() ->
    {ok, Port} = inet:port(socket()),
    Port.

init([]) ->
    Options = [
        binary,
        {ip, {127, 0, 0, 1}},
        {packet, line},
        %% Also the longest line: a longer one arrives in pieces, and is refused.
        {buffer, 1024},
        {active, false},
        {nodelay, true},
        {reuseaddr, true},
        {backlog, 1024},
        %% A client that does not read must not hold a connection process inside gen_tcp:send/2, where it would
        %% linger in old code until a purge kills it.
        {send_timeout, 5000},
        {send_timeout_close, true}
    ],
    {ok, Wanted} = application:get_env(tally, port),
    case gen_tcp:listen(Wanted, Options) of
        {ok, Socket} ->
            {ok, Port} = inet:port(Socket),
            ok = announce(Port, application:get_env(tally, port_file, none)),
            {ok, Socket};
        {error, Reason} ->
            {stop, {cannot_listen, Wanted, Reason}}
    end.

handle_call(socket, _From, Socket) ->
    {reply, Socket, Socket};
handle_call(_Request, _From, Socket) ->
    {reply, {error, unknown_request}, Socket}.

handle_cast(_Request, Socket) ->
    {noreply, Socket}.

%% The file appears with its content, so that whoever waits for it reads a whole number.
announce(_Port, none) ->
    ok;
announce(Port, File) ->
    Temporary = File ++ ".new",
    ok = file:write_file(Temporary, [integer_to_list(Port), $\n]),
    file:rename(Temporary, File).
