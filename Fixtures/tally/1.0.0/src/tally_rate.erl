%% Watches how many requests arrive per window and tells the two modes apart: `normal` and `busy`.
-module(tally_rate).
-behaviour(gen_statem).

-export([start_link/0, request/0, statistics/0, configure/0]).
-export([init/1, callback_mode/0, normal/3, busy/3, code_change/4]).

-record(data, {
    %% Requests in the current window.
    requests = 0 :: non_neg_integer(),
    %% Milliseconds.
    window :: pos_integer(),
    %% More requests than this in one window are `busy`.
    limit :: pos_integer()
}).

start_link() ->
    gen_statem:start_link({local, ?MODULE}, ?MODULE, [], []).

%% One request was served.
-spec request() -> ok.
request() ->
    gen_statem:cast(?MODULE, request).

-spec statistics() -> #{mode := normal | busy, atom() => term()}.
statistics() ->
    gen_statem:call(?MODULE, statistics).

%% Reads the configuration again.
-spec configure() -> ok.
configure() ->
    gen_statem:cast(?MODULE, configure).

init([]) ->
    Data = configured(#data{window = 1000, limit = 1}),
    {ok, normal, Data, [next_window(Data)]}.

callback_mode() ->
    state_functions.

normal({timeout, window}, over, Data = #data{requests = Requests, limit = Limit}) when Requests > Limit ->
    {next_state, busy, Data#data{requests = 0}, [next_window(Data)]};
normal(Type, Content, Data) ->
    common(Type, Content, normal, Data).

busy({timeout, window}, over, Data = #data{requests = Requests, limit = Limit}) when Requests =< Limit ->
    {next_state, normal, Data#data{requests = 0}, [next_window(Data)]};
busy(Type, Content, Data) ->
    common(Type, Content, busy, Data).

common(cast, request, _Mode, Data = #data{requests = Requests}) ->
    {keep_state, Data#data{requests = Requests + 1}};
common(cast, configure, _Mode, Data) ->
    {keep_state, configured(Data)};
common({call, From}, statistics, Mode, _Data) ->
    {keep_state_and_data, [{reply, From, #{mode => Mode}}]};
common({call, From}, _Request, _Mode, _Data) ->
    {keep_state_and_data, [{reply, From, {error, unknown_request}}]};
common({timeout, window}, over, _Mode, Data) ->
    {keep_state, Data#data{requests = 0}, [next_window(Data)]};
common(_Type, _Content, _Mode, _Data) ->
    keep_state_and_data.

code_change(_OldVersion, Mode, Data, _Extra) ->
    {ok, Mode, Data}.

configured(Data) ->
    Data#data{
        window = application:get_env(tally, rate_window, 1000),
        limit = application:get_env(tally, busy_above, 5000)
    }.

next_window(#data{window = Window}) ->
    {{timeout, window}, Window, over}.
