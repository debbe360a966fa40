/** Java: what Maven or Gradle packages as a jar that runs, e.g. Spring Boot. */

import { appUser, type ImagePreset, lines, startLine, usualPort, volumeFolders } from './image-recipe.ts';

/** Sources and javadoc are packaged beside the app, and the plain jar of Spring Boot does not run. */
const theJar = `ls -S $DIR/*.jar | grep -Ev '(-sources|-javadoc|-plain)\\.jar$' | head -1`;

export const javaImage: ImagePreset = (tree, config) => {
  const maven = tree.entries.has('pom.xml');
  const wrapper = maven ? 'mvnw' : 'gradlew';
  const own = tree.entries.has(wrapper) ? `sh ./${wrapper}` : maven ? 'mvn' : 'gradle';
  const build = maven ? `${own} -B -q -DskipTests package` : `${own} --no-daemon -q build -x test`;
  return {
    port: null,
    evidence: [`found ${maven ? 'pom.xml -> Maven' : 'build.gradle -> Gradle'}`],
    dockerfile: lines(
      `FROM ${maven ? 'maven:3-eclipse-temurin-21' : 'gradle:8-jdk21'} AS build`,
      'WORKDIR /src',
      'COPY . .',
      `RUN ${config.build?.command ?? build}`,
      `RUN DIR=${maven ? 'target' : 'build/libs'}; cp "$(${theJar})" /app.jar`,
      '',
      'FROM eclipse-temurin:21-jre',
      'WORKDIR /app',
      'COPY --from=build /app.jar /app/app.jar',
      volumeFolders(config),
      `ENV PORT=${usualPort}`,
      `USER ${appUser}`,
      startLine(config.start ?? 'java -XX:MaxRAMPercentage=75 -Dserver.port=$PORT -jar /app/app.jar'),
    ),
  };
};
