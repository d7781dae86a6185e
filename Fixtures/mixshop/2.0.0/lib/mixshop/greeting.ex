defmodule Mixshop.Greeting do
  def polite(greeting), do: greeting <> ", please"
end
