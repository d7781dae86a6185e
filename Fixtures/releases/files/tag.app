{aplication, shop, [{vsn,"1.0"}]}.
