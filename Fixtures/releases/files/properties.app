{application, shop, {vsn,"1.0"}}.
