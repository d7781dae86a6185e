defmodule Mixshop.Counter do
  use GenServer

  def start_link(_), do: GenServer.start_link(__MODULE__, 0, name: __MODULE__)

  def bump, do: GenServer.call(__MODULE__, :bump)

  # What the node can do and knows, for the test.
  def report do
    {bump(), Mixshop.Price.of(7), :unknown_basket,
     Application.get_all_env(:mixshop) |> Enum.sort()}
  end

  def init(count), do: {:ok, count}

  def handle_call(:bump, _from, count), do: {:reply, count + 1, count + 1}
end
