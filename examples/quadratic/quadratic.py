# The example of randopt's tutorial: f = lambda x, y: x**2 + y**2
import json

x = 1.0
y = 1.0

with open("output.json", "w") as output:
    json.dump({"result": x**2 + y**2}, output)
